import type { Locator } from '@playwright/test'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('P25: stackup: every sort key, direction, marked columns, random order, start and end of intervals, down to single rows', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, tads, ctcf, h3k27ac] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'TADs.bed', 'CTCF.bw', 'H3K27ac.bw')
  await ada.preprocess([peaks, tads], [ctcf, h3k27ac])
  const widget = (id: string, feature: number) => ({ id, type: 'stackup', span: 1, featureIds: [feature], bin: 0, options: {} })
  const at = { title: '', window: 50_000, collapsed: false, span: 2 }
  const session = await ada.session('stackups', {
    version: 1,
    panels: [{ ...at, id: 'p', regionSetId: peaks.id, widgets: [widget('s1', ctcf.id), widget('s2', h3k27ac.id)] }, { ...at, id: 'q', regionSetId: tads.id, widgets: [widget('s3', ctcf.id)] }],
  })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const [first, second] = [compare.panels.nth(0), compare.panels.nth(1)]
  const [stack, other, intervals] = [first.getByTestId('widget-stackup').nth(0), first.getByTestId('widget-stackup').nth(1), second.getByTestId('widget-stackup')]
  await compare.drawn(stack, other, intervals)
  const label = async (w: Locator): Promise<string> => (await w.getByRole('img').first().getAttribute('aria-label')) ?? ''
  /** The value at a place, by share of the picture. */
  const value = async (w: Locator, x: number, y: number): Promise<number> => {
    await compare.pointAt(w, x, y)
    await expect(w.getByTestId('readout')).toContainText(/chr\d/)
    return Number((await w.getByTestId('readout').innerText()).match(/: ([^\n]+)/)![1].replace('−', '-'))
  }
  const region = async (w: Locator, y: number): Promise<string> => {
    await compare.pointAt(w, 0.45, y)
    await expect(w.getByTestId('readout')).toContainText(/chr\d/)
    return (await w.getByTestId('readout').innerText()).match(/chr[^\n]*/)![0]
  }
  const [TOP, BOTTOM] = [0.22, 0.84]

  await test.step('keys that need no pointer, both ways', async () => {
    expect(await label(stack)).toContain('sorted by centre, descending')
    for (const [key, words] of [['mean', 'row mean'], ['index', 'file order'], ['column:score', 'score'], ['column:width', 'width']]) {
      await stack.getByTestId('sort').selectOption(key)
      await expect.poll(() => label(stack)).toContain(`sorted by ${words}`)
      await compare.drawn(stack)
    }
    await stack.getByTestId('sort').selectOption('centre')
    await stack.getByTestId('sort-direction').click()
    await expect.poll(() => label(stack)).toContain('sorted by centre, ascending')
    await compare.drawn(stack)
    await stack.getByTestId('sort-direction').click()
    await expect.poll(() => label(stack)).toContain('sorted by centre, descending')
    await compare.drawn(stack)
  })
  await test.step('by the values of another track: the rows lie as they do there', async () => {
    await stack.getByTestId('sort-of').selectOption({ label: 'H3K27ac' })
    await expect.poll(() => label(stack)).toContain('sorted by centre of H3K27ac, descending')
    await compare.drawn(stack, other)
    for (const y of [TOP, 0.5]) expect(await region(stack, y)).toBe(await region(other, y))
    await stack.getByTestId('sort-of').selectOption({ label: 'this track' })
    await expect.poll(() => label(stack)).toContain('sorted by centre, descending')
    await compare.drawn(stack)
  })
  await test.step('columns marked with the pointer: strong rows on top', async () => {
    await stack.getByTestId('drag-rows').getByRole('button', { name: 'sort' }).click()
    await compare.pointAt(stack, 0.42, 0.5)
    await page.mouse.down()
    await compare.pointAt(stack, 0.5, 0.5)
    await page.mouse.up()
    await expect(stack.getByTestId('sort')).toHaveValue('range')
    await expect.poll(() => label(stack)).toContain('sorted by marked columns, descending')
    await compare.drawn(stack)
    await expect(stack.getByTestId('marked-columns')).toBeVisible()
    // What was dragged over is what is marked.
    const [marked, canvas] = await Promise.all([stack.getByTestId('marked-columns').boundingBox(), stack.locator('canvas').first().boundingBox()])
    expect(marked!.x).toBeCloseTo(canvas!.x + 0.42 * canvas!.width, -1)
    expect(marked!.width).toBeCloseTo(0.08 * canvas!.width, -1)
  })
  await test.step('by numbers, wrong ones refused; peaks that were planted strong come on top', async () => {
    await stack.getByTestId('widget-settings').click()
    const form = page.getByRole('form', { name: 'Sort by a range of columns' })
    await form.getByLabel('From').fill('30')
    await form.getByLabel('To').fill('20')
    await form.getByLabel('To').press('Enter')
    await expect(form.getByRole('alert')).toContainText('the lower one first')
    await form.getByLabel('From').fill('-2')
    await form.getByLabel('To').fill('2')
    await form.getByLabel('To').press('Enter')
    await page.keyboard.press('Escape')
    await expect(form).toHaveCount(0)
    await compare.drawn(stack)
    const [marked, canvas] = await Promise.all([stack.getByTestId('marked-columns').boundingBox(), stack.locator('canvas').first().boundingBox()])
    const middle = (marked!.x + marked!.width / 2 + 1 - canvas!.x) / canvas!.width
    await expect.poll(() => value(stack, middle, TOP)).toBeGreaterThan(3 * (await value(stack, middle, BOTTOM)))
    await shot(page, 'stackup-marked')
  })
  await test.step('random orders are the same in both stackups, shuffled anew when asked', async () => {
    for (const w of [stack, other]) await w.getByTestId('sort').selectOption('random')
    for (const w of [stack, other]) await expect.poll(() => label(w)).toContain('sorted by random')
    await compare.drawn(stack, other)
    const row = await region(stack, 0.5)
    expect(await region(other, 0.5)).toBe(row)
    await stack.getByTestId('shuffle').click()
    await expect.poll(() => region(stack, 0.5)).not.toBe(row)
  })
  await test.step('intervals: by the region, its start and its end; both are marked on the axis', async () => {
    for (const [key, words] of [['body', 'mean of the region'], ['start', 'start'], ['end', 'end']]) {
      await intervals.getByTestId('sort').selectOption(key)
      await expect.poll(() => label(intervals)).toContain(`sorted by ${words}, descending`)
      await compare.drawn(intervals)
    }
    await expect(stack.getByTestId('sort').locator('option[value="start"]')).toHaveCount(0)
    await shot(page, 'stackup-intervals')
  })
  await test.step('from all rows to single ones', async () => {
    await expect.poll(() => label(other)).toContain('all 405 rows')
    for (let i = 0; i < 5; i++) await other.getByTestId('fewer-rows').click()
    await expect(other.getByTestId('rows-shown')).toContainText(/rows [\d,]+–[\d,]+ of 405/)
    await compare.drawn(other)
    await expect(other).not.toContainText('regions per row')
    await compare.pointAt(other, 0.45, 0.5)
    await expect(other.getByTestId('readout')).toContainText(/row \d+ of 405/)
    await other.getByTestId('all-rows').click()
    await compare.drawn(other)
    await compare.saved()
    await page.reload()
    await expect(intervals.getByTestId('sort')).toHaveValue('end')
    await expect(other.getByTestId('sort')).toHaveValue('random')
  })
})
