import { mdiAccountMultipleOutline, mdiAlertCircleOutline, mdiCheckCircleOutline, mdiCloudDownloadOutline, mdiFileAlertOutline, mdiFileCheckOutline } from '@mdi/js'

import type { NoticeKind } from '@/api/notifications'

interface Look {
  icon: string
  tone: 'ok' | 'error' | 'accent'
  /** As a choice in the settings. */
  label: string
}

export const noticeKinds: Record<NoticeKind, Look> = {
  runs_finished: { icon: mdiCheckCircleOutline, tone: 'ok', label: 'Runs have finished' },
  runs_failed: { icon: mdiAlertCircleOutline, tone: 'error', label: 'Runs have failed or were stopped' },
  upload_checked: { icon: mdiFileCheckOutline, tone: 'ok', label: 'Uploaded files are ready' },
  upload_failed: { icon: mdiFileAlertOutline, tone: 'error', label: 'Uploaded files were refused' },
  import_finished: { icon: mdiCloudDownloadOutline, tone: 'ok', label: 'Imports have finished' },
  import_failed: { icon: mdiAlertCircleOutline, tone: 'error', label: 'Imports have failed' },
  shared: { icon: mdiAccountMultipleOutline, tone: 'accent', label: 'Somebody shares something with me' },
}

export const allKinds = Object.keys(noticeKinds) as NoticeKind[]
