/** Names of the first columns of a BED file (UCSC, BED format), as comment lines of column names have them. */
const BED = ['chrom', 'start', 'end', 'name', 'score', 'strand', 'thickStart', 'thickEnd', 'itemRgb', 'blockCount', 'blockSizes', 'blockStarts']
const BEDPE = ['chrom1', 'start1', 'end1', 'chrom2', 'start2', 'end2', 'name', 'score', 'strand1', 'strand2']

export interface LabelColumn {
  name: string
  /** By row of the file; null: the row is left out. */
  labels: (row: number) => string | null
}

/** The lines of a BED or BEDPE file with one more column, under a line of column names, so that an upload finds it again. */
export function labelled(text: string, format: 'bed' | 'bedpe', column: LabelColumn): string {
  const lines = text.split('\n').filter((l) => l !== '')
  const head = lines[0]?.startsWith('#') ? lines.shift() : undefined
  const standard = format === 'bed' ? BED : BEDPE
  const width = lines[0]?.split('\t').length ?? 0
  const names = head?.slice(1).split('\t') ?? Array.from({ length: width }, (_, i) => standard[i] ?? `column${i + 1}`)
  const out = lines.flatMap((line, row) => {
    const label = column.labels(row)
    return label === null ? [] : [`${line}\t${label.replace(/[\t\n\r]/g, ' ')}`]
  })
  return [`#${[...names, unused(column.name, names)].join('\t')}`, ...out, ''].join('\n')
}

/** A name that no other column has. */
function unused(name: string, names: string[]): string {
  let [free, n] = [name, 2]
  while (names.includes(free)) free = `${name}_${n++}`
  return free
}
