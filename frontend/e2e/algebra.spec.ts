import type { Dataset, Lineage, Run } from '../src/api/types'

import { choose, expect, signedIn, test } from './support/test'

const rows = (...list: string[]): string => list.join('\n').replaceAll(' ', '\t') + '\n'
// Peaks 1 and 3 overlap a boundary by hand; peak 4 lies 400 bp (401 as bedtools counts) from one.
const peaks = { name: 'peaks.bed', text: rows('chr1 100 200 p1 10 +', 'chr1 1000 1100 p2 50 -', 'chr1 5000 5100 p3 90 +', 'chr2 1000 1100 p4 70 -', 'chr2 90000 90100 p5 . +') }
const boundaries = { name: 'boundaries.bed', text: rows('chr1 150 160', 'chr1 5050 6000', 'chr2 1500 1600') }

test('new sets from a selection: intersect in the dialog, the count before, the way to the set, its lineage', async ({ page, ada, shot }) => {
  const [a, b] = await ada.upload(await ada.assembly(), peaks, boundaries)
  await signedIn(page, ada, '/datasets/regions')
  for (const name of ['peaks', 'boundaries']) await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).click()
  await page.getByRole('region', { name: 'Selected datasets' }).getByRole('button', { name: 'New set from…' }).click()
  const dialog = page.getByRole('dialog', { name: 'New region set' })
  await expect(dialog.getByRole('radio', { name: 'Intersect' })).toBeChecked()
  await expect(dialog.getByLabel('Name of the new set')).toHaveValue('peaks in boundaries')
  await expect(dialog.getByTestId('derive-count')).toContainText('2 regions, of 5 in “peaks”')
  await shot(page, 'algebra-intersect')
  await dialog.getByRole('radio', { name: 'Only the parts that overlap' }).check()
  await expect(dialog.getByTestId('derive-count')).toContainText('2 regions')

  // Of p1 a boundary has 10 of 100 bp, of p3 50; boundaries have no strand.
  await dialog.getByRole('radio', { name: 'Whole regions that overlap' }).check()
  const share = dialog.getByLabel('Least overlap (% of the region)')
  await share.fill('half')
  await expect(dialog.getByText('Give per cent: more than 0, up to 100.')).toBeVisible()
  await share.fill('20')
  await expect(dialog.getByTestId('derive-count')).toContainText('1 region, of 5 in “peaks”')
  await shot(page, 'algebra-fraction')
  await choose(dialog.getByRole('combobox', { name: 'Strand' }), 'the same')
  await expect(dialog.getByRole('alert').filter({ hasText: 'would be empty' })).toContainText('by at least 20 % of its width on the same strand')
  await shot(page, 'algebra-strand')

  // Nearest: 1 of the 3 that overlap none has a boundary within 401 bp.
  await dialog.getByRole('radio', { name: 'Nearest within' }).click({ force: true })
  await dialog.getByLabel('Distance (bp)').fill('far')
  await expect(dialog.getByText('Give a whole number.')).toBeVisible()
  await dialog.getByLabel('Distance (bp)').fill('400')
  await expect(dialog.getByTestId('derive-count')).toContainText('2 regions')
  await dialog.getByLabel('Distance (bp)').fill('401')
  await expect(dialog.getByTestId('derive-count')).toContainText('3 regions')
  await shot(page, 'algebra-nearest')
  await dialog.getByLabel('Name of the new set').fill('peaks near boundaries')
  await dialog.getByRole('button', { name: 'Make the set' }).click()
  await expect(dialog.getByTestId('derived')).toContainText('is ready')
  await shot(page, 'algebra-done')
  await dialog.getByRole('link', { name: 'peaks near boundaries' }).click()
  await expect(page.getByRole('heading', { name: 'peaks near boundaries' })).toBeVisible()
  const lineage = page.getByTestId('lineage')
  await expect(lineage).toContainText('Nearest within: regions that have one within 401 bp')
  await expect(lineage.getByRole('link', { name: 'boundaries' })).toHaveAttribute('href', `/datasets/${b.id}`)
  const id = Number(page.url().split('/').pop())
  expect((await ada.get<Lineage>(`/datasets/${id}/lineage`)).origin?.parents.map((p) => p.id).sort()).toEqual([a.id, b.id].sort())
  await lineage.scrollIntoViewIfNeeded()
  await shot(page, 'algebra-lineage')

  // The same again: everything is filled in as it was.
  await lineage.getByRole('button', { name: /Again/ }).click()
  await expect(dialog.getByRole('radio', { name: 'Nearest within' })).toBeChecked()
  await expect(dialog.getByLabel('Distance (bp)')).toHaveValue('401')
  await expect(dialog.getByTestId('derive-count')).toContainText('3 regions')
})

test('new sets from one: an empty one is refused in words, a filter by a column, a split into a collection; by keyboard', async ({ page, ada, shot }) => {
  const [a] = await ada.upload(await ada.assembly(), peaks, boundaries)
  await signedIn(page, ada, `/datasets/${a.id}`)
  await page.getByRole('button', { name: 'New set from this…' }).click()
  const dialog = page.getByRole('dialog', { name: 'New region set' })
  await expect(dialog.getByRole('radio', { name: 'Filter', exact: true })).toBeChecked()
  await dialog.getByRole('button', { name: 'Make the set' }).click()
  await expect(dialog.getByText('Choose a column.')).toBeVisible()
  await choose(dialog.getByRole('combobox', { name: 'Column' }), 'score')
  await dialog.getByLabel('Value', { exact: true }).fill('1000')
  await expect(dialog.getByRole('alert').filter({ hasText: 'would be empty' })).toContainText('no region of “peaks” meets the conditions')
  await shot(page, 'algebra-refused')
  await dialog.getByLabel('Value', { exact: true }).fill('60')
  await expect(dialog.getByTestId('derive-count')).toContainText('2 regions')
  await dialog.getByRole('button', { name: 'Make the set' }).click()
  await expect(dialog.getByTestId('derived')).toContainText('is ready')
  await dialog.getByRole('button', { name: 'Make another' }).click()

  // Arrow keys go from operation to operation; what was typed for another one stays.
  await dialog.getByRole('radio', { name: 'Filter', exact: true }).focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
  await expect(dialog.getByRole('radio', { name: 'Split by column' })).toBeChecked()
  await choose(dialog.getByRole('combobox', { name: 'Column' }), 'strand')
  await expect(dialog.getByTestId('derive-count')).toContainText('2 sets of 5 of 5 regions')
  await dialog.getByLabel('Name of the new set').fill('peaks by strand')
  await shot(page, 'algebra-split')
  await dialog.getByRole('button', { name: 'Make 2 sets' }).click()
  await expect(dialog.getByTestId('derived')).toContainText('2 region sets are ready')
  await dialog.getByRole('link', { name: 'peaks by strand', exact: true }).click()
  await expect(page.getByTestId('member')).toHaveCount(2)
  const mine = await ada.datasets()
  expect(mine.map((d) => d.name).sort()).toEqual(['boundaries', 'peaks', 'peaks by strand – +', 'peaks by strand – -', 'peaks filtered'])

  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(`/datasets/${a.id}`)
  await page.getByRole('button', { name: 'New set from this…' }).click()
  for (const o of ['Resize or flank', 'Shuffle', 'Subtract'] as const) {
    await dialog.getByRole('radio', { name: o }).click({ force: true })
    await page.waitForTimeout(500)
    await shot(page, `algebra-dark-${o.split(' ')[0].toLowerCase()}`)
  }
})

test('the same by the API: every operation, pairs, and a run that tells what it made', async ({ ada }) => {
  const [a, b, loops] = await ada.upload(await ada.assembly(), peaks, boundaries, 'loops.bedpe')
  const make = async (body: object): Promise<Dataset[]> => {
    const run = await ada.post<Run>('/region-sets/derive', { name: 'new', datasetIds: [a.id], ...body })
    await expect.poll(async () => (await ada.get<Run>(`/runs/${run.id}`)).state, { timeout: 20_000 }).toBe('finished')
    const { made } = await ada.get<Run>(`/runs/${run.id}`)
    return Promise.all((made?.datasetIds ?? []).map((id) => ada.get<Dataset>(`/datasets/${id}`)))
  }
  const both = [a.id, b.id]
  const counts: Record<string, number[]> = {}
  for (const [name, body] of Object.entries({
    intersect: { operation: 'intersect', datasetIds: both }, subtract: { operation: 'subtract', datasetIds: both }, union: { operation: 'union', datasetIds: both },
    half: { operation: 'intersect', fraction: 0.5, datasetIds: both }, share: { operation: 'subtract', fraction: 0.2, datasetIds: both }, strand: { operation: 'subtract', strand: 'same', datasetIds: both },
    rows: { operation: 'union', keep: 'all', datasetIds: both }, merge: { operation: 'merge', distance: 900 }, flanks: { operation: 'resize', mode: 'flank', upstream: 50, downstream: 50 },
    sample: { operation: 'sample', n: 3 }, shuffle: { operation: 'shuffle', seed: 7 }, split: { operation: 'split', column: 'strand' },
    quartiles: { operation: 'split', column: 'score', groups: 2 }, pairs: { operation: 'sample', n: 4, datasetIds: [loops.id] },
  })) counts[name] = (await make(body)).map((d) => d.facts.regions!.count)
  expect(counts).toEqual({ intersect: [2], subtract: [3], union: [6], half: [1], share: [4], strand: [5], rows: [8], merge: [4], flanks: [10], sample: [3], shuffle: [5], split: [3, 2], quartiles: [2, 2], pairs: [4] })
})
