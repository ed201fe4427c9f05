import { ref, useTemplateRef } from 'vue'

import { asApiError, type ApiError } from '@/api/errors'
import { focusFirstError } from '@/components/form/focus'

/** Parts what the server says of a form: what stands beside a field, and what has no field of its own here. */
export function sortComplaints(err: ApiError, fields: string[]): { complaints: Record<string, string>; rest: string } {
  const complaints = Object.fromEntries(fields.map((f) => [f, err.field(f) ?? '']).filter(([, text]) => text)) as Record<string, string>
  if (Object.keys(complaints).length === 0) return { complaints, rest: err.message }
  const others = err.fields.filter((e) => !fields.some((f) => e.field === f || e.field?.endsWith(`.${f}`)))
  return { complaints, rest: [...new Set(others.map((e) => e.message))].join(' ') }
}

/**
 * The sending of a form. Complaints about fields stand beside them, the rest in `error`; what was typed stays. `check` gives the
 * complaints that need no server; `key` is the ref of the form in the template.
 */
export function useForm(fields: string[], check: () => Record<string, string>, key = 'form') {
  const form = useTemplateRef<HTMLElement>(key)
  const busy = ref(false)
  const error = ref('')
  const done = ref(false)
  const complaints = ref<Record<string, string>>({})

  async function send(work: () => Promise<unknown>): Promise<boolean> {
    complaints.value = Object.fromEntries(Object.entries(check()).filter(([, text]) => text))
    error.value = ''
    done.value = false
    if (Object.keys(complaints.value).length > 0) {
      await focusFirstError(form.value)
      return false
    }
    busy.value = true
    try {
      await work()
      done.value = true
      return true
    } catch (e) {
      const sorted = sortComplaints(asApiError(e), fields)
      complaints.value = sorted.complaints
      error.value = sorted.rest
      void focusFirstError(form.value)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, error, done, complaints, send }
}
