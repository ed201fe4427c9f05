import { mdiCodeJson, mdiDna, mdiFileDelimitedOutline, mdiFilePdfBox, mdiImageOutline, mdiMatrix, mdiVectorSquare } from '@mdi/js'

/** How a picture can be saved, and its numbers. */
export const PICTURES = ['png', 'svg', 'pdf'] as const
export const NUMBERS = ['tsv', 'npy', 'json'] as const
export type PictureKind = (typeof PICTURES)[number]
export type NumbersKind = (typeof NUMBERS)[number]
export type ExportKind = PictureKind | NumbersKind | 'bed'

export const EXPORTS: Record<ExportKind, { title: string; icon: string }> = {
  png: { title: 'Download picture (PNG, 2×)', icon: mdiImageOutline },
  svg: { title: 'Download picture (SVG)', icon: mdiVectorSquare },
  pdf: { title: 'Download picture (PDF)', icon: mdiFilePdfBox },
  tsv: { title: 'Download numbers (TSV)', icon: mdiFileDelimitedOutline },
  npy: { title: 'Download numbers (.npy)', icon: mdiMatrix },
  bed: { title: 'Download regions with labels (BED)', icon: mdiDna },
  json: { title: 'Download numbers (JSON)', icon: mdiCodeJson },
}

export function isPicture(what: ExportKind): what is PictureKind {
  return (PICTURES as readonly string[]).includes(what)
}
