import { nextTick } from 'vue'

/** Puts the cursor into the first field of a form that has a complaint, once the complaints are drawn. */
export async function focusFirstError(form: HTMLElement | null): Promise<void> {
  await nextTick()
  form?.querySelector<HTMLElement>('.v-input--error input, .v-input--error textarea, [aria-invalid="true"]')?.focus()
}
