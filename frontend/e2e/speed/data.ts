import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The generated medium data (`regioscope-worker generate --preset medium`), in the folder that BENCH_DATA names. */
export const folder = (): string => {
  const dir = process.env.BENCH_DATA
  if (!dir) throw new Error('BENCH_DATA must name a folder made by: regioscope-worker generate --preset medium --out FOLDER')
  return dir
}

export const sizes = (): { name: string; length: number }[] =>
  readFileSync(join(folder(), 'chrom.sizes'), 'utf8').trim().split('\n').map((l) => ({ name: l.split('\t')[0]!, length: Number(l.split('\t')[1]) }))

const rows = (): string[] => readFileSync(join(folder(), 'ctcf_peaks.bed'), 'utf8').trim().split('\n')

/** n of the peaks, spread over the whole genome; those of another `offset` are others. */
export function peaks(n: number, offset = 0): string {
  const all = rows()
  const step = all.length / n
  return Array.from({ length: n }, (_, i) => all[(Math.floor(i * step) + offset) % all.length]).join('\n') + '\n'
}

/** n places of 300 bp at equal distances, for more than there are peaks. */
export function places(n: number): string {
  const chroms = sizes()
  const total = chroms.reduce((sum, c) => sum + c.length, 0)
  return chroms.flatMap((c) => {
    const k = Math.floor((n * c.length) / total)
    return Array.from({ length: k }, (_, i) => { const at = Math.floor(((i + 0.5) * c.length) / k); return `${c.name}\t${at}\t${at + 300}\tp${i}\t${(i * 7919) % 1000}` })
  }).join('\n') + '\n'
}
