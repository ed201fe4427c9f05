import { expect, it } from 'vitest'

import { labelled } from './labelledRegions'

const letters = { name: 'cluster', labels: (row: number) => (row === 1 ? null : `c${row}`) }

it('adds a column with its name, in the order of the file, without the rows that have no label', () => {
  expect(labelled('chr1\t1\t2\tx\nchr1\t3\t4\ty\nchr2\t5\t6\tz\n', 'bed', letters)).toBe('#chrom\tstart\tend\tname\tcluster\nchr1\t1\t2\tx\tc0\nchr2\t5\t6\tz\tc2\n')
})
it('keeps names that are there, and finds another one where it is taken', () => {
  expect(labelled('#chrom\tstart\tend\tcluster\nchr1\t1\t2\t7\n', 'bed', letters)).toBe('#chrom\tstart\tend\tcluster\tcluster_2\nchr1\t1\t2\t7\tc0\n')
})
it('knows pairs, and makes nothing of tabs in labels', () => {
  const text = labelled('chr1\t1\t2\tchr1\t8\t9\n', 'bedpe', { name: 'selection', labels: () => 'a\tb' })
  expect(text).toBe('#chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tselection\nchr1\t1\t2\tchr1\t8\t9\ta b\n')
})
