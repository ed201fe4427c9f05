/** The table of contents of the help page. Ids are anchors that other pages link to: do not rename them. */
export interface HelpSection {
  id: string
  title: string
  parts?: { id: string; title: string }[]
}

export const SECTIONS: HelpSection[] = [
  {
    id: 'about', title: 'What Regioscope does',
    parts: [{ id: 'pictures', title: 'The pictures' }],
  },
  { id: 'start', title: 'First steps' },
  { id: 'words', title: 'The words' },
  {
    id: 'files', title: 'Files',
    parts: [
      { id: 'formats', title: 'Formats' },
      { id: 'bed', title: 'Rules for BED and BEDPE' },
      { id: 'metadata', title: 'Metadata of regions' },
      { id: 'weights', title: 'Balancing weights' },
      { id: 'assemblies', title: 'Assemblies' },
      { id: 'limits', title: 'Limits' },
    ],
  },
  {
    id: 'numbers', title: 'The numbers',
    parts: [
      { id: 'coordinates', title: 'Coordinates and windows' },
      { id: 'missing', title: 'Missing is not zero' },
      { id: 'n', title: 'n' },
      { id: 'ledger', title: 'Ledger' },
      { id: 'edges', title: 'Edges and arms' },
      { id: 'orientation', title: 'Orientation' },
      { id: 'iccf', title: 'ICCF' },
      { id: 'raw', title: 'Raw counts' },
      { id: 'expected', title: 'Expected' },
      { id: 'oe', title: 'O/E' },
      { id: 'average2d', title: '2D average' },
      { id: 'corner-score', title: 'Corner score' },
      { id: 'signal', title: 'Signal in a bin' },
      { id: 'average1d', title: '1D average' },
      { id: 'ci', title: '95 % confidence interval' },
      { id: 'stackup', title: 'Stackup' },
      { id: 'association', title: 'Association' },
      { id: 'embedding', title: 'Embeddings' },
      { id: 'clusters', title: 'Clusters' },
      { id: 'intervals', title: 'Interval sets' },
      { id: 'pairs', title: 'Pairs (BEDPE)' },
      { id: 'agreement', title: 'Agreement with other tools' },
    ],
  },
  {
    id: 'workspace', title: 'Working with pictures',
    parts: [
      { id: 'selecting', title: 'One selection, every picture' },
      { id: 'grouping', title: 'Groups, facets and lines' },
      { id: 'linking', title: 'Links and comparisons' },
      { id: 'locus', title: 'Single regions' },
      { id: 'saving', title: 'Figures and numbers' },
    ],
  },
  { id: 'trouble', title: 'When something is missing' },
  { id: 'keys', title: 'Keyboard' },
  { id: 'scripts', title: 'Scripts and downloads' },
  { id: 'cite', title: 'Citing and licence' },
  {
    id: 'operate', title: 'For operators',
    parts: [
      { id: 'operate-queues', title: 'Queues and workers' },
      { id: 'operate-commands', title: 'Commands' },
      { id: 'operate-watch', title: 'Watching' },
      { id: 'operate-bucket', title: 'Files in a bucket' },
      { id: 'operate-deploy', title: 'Compose' },
    ],
  },
]
