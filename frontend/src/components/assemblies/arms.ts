import type { Assembly } from '@/api/types'

/** Why the chromosomes of a built-in assembly are one arm each. */
const WHOLE: Record<string, string> = {
  mm39: 'Mouse chromosomes are telocentric: each is one arm, from the centromere at its start to its end.',
  mm10: 'Mouse chromosomes are telocentric: each is one arm, from the centromere at its start to its end.',
  mm9: 'Mouse chromosomes are telocentric: each is one arm, from the centromere at its start to its end.',
  dm6: 'The arms are chromosomes of their own in this assembly: 2L, 2R, 3L, 3R.',
  ce11: 'The chromosomes of C. elegans are holocentric: they have no arms, and each counts as a whole.',
  danRer11: 'The centromeres of the zebrafish are not placed in this assembly, so that arms are whole chromosomes.',
}

/** Where the arms come from, and what to do for others. */
export function armsNote(a: Assembly): string {
  if (a.arms.length) return !a.ownerId ? 'The chromosomes are parted in the middle of their centromeres.' : ''
  return `${(!a.ownerId && WHOLE[a.name]) || 'No arms were given, so that each chromosome counts as one.'} For other arms make an assembly of your own from the same chromosome sizes, with a CSV file of chrom,start,end.`
}
