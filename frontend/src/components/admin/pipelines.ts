/** Pipelines as people call them. */
const titles: Record<string, string> = {
  bed: 'File check',
  import: 'Import',
  derive: 'New region set',
  pileup: '2D average (pileup)',
  stackup: 'Stackup and 1D average',
  enrichment: 'Enrichment',
  embedding_1d: '1D embedding',
  embedding_2d: '2D embedding',
}

export function pipelineTitle(p: string): string {
  return titles[p] ?? p
}

export const pipelineItems = Object.entries(titles).map(([value, title]) => ({ value, title }))
export const queueItems = ['short', 'medium', 'long']
