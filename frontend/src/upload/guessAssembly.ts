import type { Assembly } from '@/api/types'

import type { Sniffed } from './sniff'

export interface Guess {
  assemblyId?: number
  /** Said next to the choice, so that people can judge the guess. */
  reason: string
  sure: boolean
}

/** Other names of builds, as people write them into file names. */
const SYNONYMS: Record<string, string[]> = {
  hg38: ['hg38', 'grch38'],
  hg19: ['hg19', 'grch37', 'hs37d5'],
  mm10: ['mm10', 'grcm38'],
  mm39: ['mm39', 'grcm39'],
  mm9: ['mm9'],
  dm6: ['dm6', 'bdgp6'],
  sacCer3: ['saccer3', 'r64'],
  ce11: ['ce11', 'wbcel235'],
  danRer11: ['danrer11', 'grcz11'],
  hs1: ['hs1', 't2t', 'chm13'],
}

/** How well a file fits an assembly: share of its chromosomes that are known, and whether every position fits. */
export function fit(s: Sniffed, a: Assembly): { known: number; fits: boolean; exact: number } {
  const length = new Map(a.chroms.map((c) => [c.name, c.length]))
  const lengthOf = (name: string): number | undefined =>
    length.get(name) ?? length.get(a.aliases?.[name] ?? '') ?? length.get(`chr${name}`) ?? length.get(name.replace(/^chr/, ''))
  let known = 0
  let exact = 0
  let fits = true
  for (const [name, end] of s.chroms) {
    const l = lengthOf(name)
    if (l === undefined) continue
    known++
    if (l === end) exact++
    if (end > l || (s.exactLengths && end !== l)) fits = false
  }
  return { known: s.chroms.size ? known / s.chroms.size : 0, fits, exact }
}

/**
 * Guesses the assembly of a file: exact chromosome lengths prove it; the file name says it; otherwise the builds are
 * left in which every position of the file exists, and `prefer` (other files, the last choice) decides among them.
 */
export function guessAssembly(s: Sniffed, fileName: string, assemblies: Assembly[], prefer?: number): Guess {
  const scored = assemblies.map((a) => ({ a, ...fit(s, a) }))
  if (s.exactLengths) {
    const proven = scored.filter((x) => x.fits && x.known > 0.5 && x.exact > 0).sort((x, y) => y.known - x.known)
    if (proven.length > 0) return { assemblyId: proven[0].a.id, reason: 'the chromosome lengths in the file', sure: true }
  }
  const possible = s.chroms.size ? scored.filter((x) => x.known >= 0.5 && x.fits) : scored
  const named = possible.filter((x) => nameSays(fileName, x.a.name))
  if (named.length === 1) return { assemblyId: named[0].a.id, reason: 'the file name', sure: true }
  if (s.chroms.size && possible.length === 1) {
    return { assemblyId: possible[0].a.id, reason: 'the only one in which all positions of the file exist', sure: true }
  }
  const liked = possible.find((x) => x.a.id === prefer)
  if (liked) return { assemblyId: liked.a.id, reason: 'used for your other files; please check', sure: false }
  if (s.chroms.size && possible.length === 0) return { reason: 'no assembly has these chromosomes and positions', sure: false }
  return { reason: possible.length < assemblies.length ? `fits ${possible.map((x) => x.a.name).join(', ')}` : 'cannot be told from the file', sure: false }
}

function nameSays(fileName: string, assembly: string): boolean {
  const words = SYNONYMS[assembly] ?? [assembly.toLowerCase()]
  const name = fileName.toLowerCase()
  return words.some((w) => new RegExp(`(^|[^a-z0-9])${w.replace(/[^a-z0-9]/g, '.')}([^a-z0-9]|$)`).test(name))
}
