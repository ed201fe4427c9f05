import type { Locator } from '@playwright/test'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

const labelOf = async (w: Locator): Promise<string> => (await w.getByRole('img').first().getAttribute('aria-label')) ?? ''

test('5.3 P25: stackup: rows grouped by k-means with n and mean profiles, a group selects its rows; sorted by Hi-C scores of single regions; one order in all stackups of a panel', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, ctcf, h3k27ac, wild] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'CTCF.bw', 'H3K27ac.bw', 'wild_type.mcool')
  await ada.preprocess([peaks], [ctcf, h3k27ac, wild])
  const widget = (id: string, feature: number) => ({ id, type: 'stackup', span: 1, featureIds: [feature], bin: 0, options: {} })
  const session = await ada.session('5.3', { version: 1, panels: [{ id: 'p', title: '', window: 100_000, collapsed: false, span: 3, regionSetId: peaks.id, widgets: [widget('s1', ctcf.id), widget('s2', h3k27ac.id)] }] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const panel = compare.panels.first()
  const [stack, other] = [0, 1].map((i) => panel.getByTestId('widget-stackup').nth(i))
  await compare.drawn(stack, other)
  const chip = panel.getByTestId('selection')
  /** n of every group, as the picture says it. */
  const sizes = async (w: Locator): Promise<number[]> => [...(await labelOf(w)).matchAll(/(?:\d+|no value), ([\d,]+) regions/g)].map((m) => Number(m[1].replace(',', '')))

  await test.step('four groups, together all rows; another k', async () => {
    await stack.getByTestId('group').selectOption(':alike')
    await expect.poll(() => labelOf(stack)).toMatch(/grouped by k-means: 1, [\d,]+ regions; 2, /)
    await compare.drawn(stack)
    expect((await sizes(stack)).slice(0, 4).length).toBe(4)
    expect((await sizes(stack)).reduce((a, b) => a + b)).toBe(405)
    await stack.getByTestId('row-k').getByRole('button', { name: 'Number of groups: larger' }).click()
    await expect.poll(async () => (await sizes(stack)).length).toBeGreaterThanOrEqual(5)
    await stack.getByTestId('row-k').getByRole('button', { name: 'Number of groups: smaller' }).click()
    await compare.drawn(stack)
    await shot(page, 'row-groups')
  })
  await test.step('the same when asked again; the weakest group is selected with a press', async () => {
    const before = await sizes(stack)
    await compare.saved()
    await page.reload()
    await compare.drawn(stack, other)
    await expect.poll(() => sizes(stack)).toEqual(before)
    await stack.getByRole('button', { name: /^Select the \d+ rows of k-means 4/ }).click()
    await expect(chip).toContainText(`${before[3]} of 405 selected`)
    await compare.drawn(stack, other)
    await shot(page, 'row-groups-selected')
    await page.locator('body').press('Control+z')
    await expect(chip).toHaveCount(0)
  })
  await test.step('by the corner score of a map: the rows are in the order of its numbers', async () => {
    await stack.getByTestId('group').selectOption('')
    const key = await stack.getByTestId('sort').locator('option', { hasText: 'corner score' }).first().getAttribute('value')
    await stack.getByTestId('sort').selectOption(key!)
    await expect.poll(() => labelOf(stack)).toContain('sorted by corner score in wild_type, ')
    await compare.drawn(stack)
  })
  await test.step('one order for the panel, without links', async () => {
    expect(await labelOf(other)).toContain('sorted by centre')
    await panel.getByTestId('panel-actions').click()
    await page.getByTestId('same-order').click()
    await expect.poll(() => labelOf(other)).toContain('sorted by corner score in wild_type, ')
    await other.getByTestId('group').selectOption(':alike')
    for (const w of [stack, other]) await expect.poll(() => labelOf(w)).toMatch(/grouped by k-means/)
    await compare.drawn(stack, other)
    expect(await sizes(stack)).toEqual(await sizes(other))
    await expect(other).toContainText('order of the panel')
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(page, 'row-groups-dark')
    await panel.getByTestId('panel-actions').click()
    await page.getByTestId('same-order').click()
    await expect.poll(() => labelOf(other)).toContain('sorted by centre')
  })
})
