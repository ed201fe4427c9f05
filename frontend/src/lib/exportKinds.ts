import { mdiCodeJson, mdiFileDelimitedOutline, mdiImageOutline, mdiMatrix, mdiVectorSquare } from '@mdi/js'

/** The files that a widget can give. */
export type ExportKind = 'png' | 'svg' | 'tsv' | 'npy' | 'json'

export const EXPORTS: Record<ExportKind, { title: string; icon: string }> = {
  png: { title: 'Download picture (PNG, 2×)', icon: mdiImageOutline },
  svg: { title: 'Download picture (SVG)', icon: mdiVectorSquare },
  tsv: { title: 'Download numbers (TSV)', icon: mdiFileDelimitedOutline },
  npy: { title: 'Download numbers (.npy)', icon: mdiMatrix },
  json: { title: 'Download numbers (JSON)', icon: mdiCodeJson },
}

/** What every widget gives. */
export const USUAL_EXPORTS: ExportKind[] = ['png', 'svg', 'tsv']
