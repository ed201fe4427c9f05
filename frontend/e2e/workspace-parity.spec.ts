import type { Locator, Page } from '@playwright/test'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

const labelOf = async (w: Locator): Promise<string> => (await w.getByRole('img').first().getAttribute('aria-label')) ?? ''
const widget = (id: string, type: string, ...features: number[]) => ({ id, type, span: 1, featureIds: features, bin: 0, options: {} })
const at = { title: '', window: 400_000, collapsed: false, span: 2 }

async function settings(page: Page, w: Locator, group: string, option: string): Promise<void> {
  await w.getByTestId('widget-settings').click()
  await page.getByRole('group', { name: group }).getByRole('button', { name: option, exact: true }).click()
  await page.keyboard.press('Escape')
}

test('P17: the slot lists six types and says what a disabled one is missing; the middle bin is the default', async ({ page, ada }) => {
  const [peaks, ctcf] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'CTCF.bw')
  await ada.preprocess([peaks], [ctcf])
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/compare')
  await compare.addPanel(peaks.name)
  const panel = compare.panels.first()
  await panel.getByTestId('add-widget').first().click()
  for (const [type, words] of [['average2d', 'no contact map of this assembly'], ['embedding1d', 'no collection of signal tracks of this assembly'], ['embedding2d', 'no contact map'], ['association', 'no collection of region sets']]) {
    await expect(page.getByTestId(`add-${type}`)).toHaveClass(/disabled/)
    await expect(page.getByTestId(`add-${type}`)).toContainText(words)
  }
  for (const type of ['average1d', 'stackup']) await expect(page.getByTestId(`add-${type}`)).not.toHaveClass(/disabled/)
  await page.getByTestId('add-stackup').click()
  const w = panel.getByTestId('widget-stackup')
  await compare.drawn(w)
  await w.getByTestId('bin').getByRole('button', { name: /^Bin size: \d/ }).click()
  const bins = await page.getByRole('list', { name: 'Bin size' }).or(page.getByRole('listbox', { name: 'Bin size' })).locator('.v-list-item').allInnerTexts()
  await page.keyboard.press('Escape')
  const middle = bins[Math.floor((bins.length - 1) / 2)].trim()
  await expect(w.getByTestId('bin')).toContainText(middle)
})

test('P23: 2D average: value, log and linear, ends of the colours by keyboard, place and value under the pointer, axes of points, intervals and pairs', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, tads, loops, wild] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'TADs.bed', 'loops.bedpe', 'wild_type.mcool')
  await ada.preprocess([peaks, tads, loops], [wild])
  const session = await ada.session('P23', { version: 1, panels: [peaks, tads, loops].map((d, i) => ({ ...at, id: `p${i}`, regionSetId: d.id, widgets: [widget(`m${i}`, 'average2d', wild.id)] })) })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const [points, intervals, pairs] = [0, 1, 2].map((i) => compare.panels.nth(i).getByTestId('widget-average2d'))
  await compare.drawn(points, intervals, pairs)
  await expect(compare.panels.nth(2)).toContainText('off-diagonal')
  expect(await labelOf(points)).toMatch(/±400 kb in bins of 10 kb/)
  expect(await labelOf(intervals)).toMatch(/start|end/i)
  expect(await labelOf(pairs)).toMatch(/anchor 1.*anchor 2|anchor 2.*anchor 1/i)
  await points.getByRole('button', { name: 'linear' }).click()
  await expect(points.getByRole('button', { name: 'linear' })).toHaveAttribute('aria-pressed', 'true')
  await points.getByRole('button', { name: 'ICCF' }).click()
  await compare.drawn(points)
  const before = (await labelOf(points)).match(/colours from (.+?) to (.+?)(,|$)/)!
  const handle = points.getByRole('slider').last()
  await handle.press('ArrowDown')
  await expect.poll(() => labelOf(points)).not.toContain(`colours from ${before[1]} to ${before[2]}`)
  await compare.pointAt(points, 0.4, 0.3)
  await expect(points.getByTestId('readout')).toContainText(/kb/)
  await expect(points.getByTestId('readout')).toContainText(/\d/)
  await shot(page, 'parity-2d')
})

test('P24: 1D average: several tracks, normalised, y axis set and automatic again, a value of each line, either anchor', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, loops, ctcf, h3k27ac] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'loops.bedpe', 'CTCF.bw', 'H3K27ac.bw')
  await ada.preprocess([peaks, loops], [ctcf, h3k27ac])
  const session = await ada.session('P24', { version: 1, panels: [peaks, loops].map((d, i) => ({ ...at, id: `p${i}`, window: 100_000, regionSetId: d.id, widgets: [widget(`l${i}`, 'average1d', ctcf.id, h3k27ac.id)] })) })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const [lines, sided] = [0, 1].map((i) => compare.panels.nth(i).getByTestId('widget-average1d'))
  await compare.drawn(lines, sided)
  await compare.pointAt(lines, 0.5, 0.5)
  for (const name of ['CTCF', 'H3K27ac']) await expect(lines.getByTestId('readout')).toContainText(name)
  await settings(page, lines, 'Scale each line', 'min–max')
  await expect.poll(() => labelOf(lines)).toMatch(/min–max|scaled/)
  await settings(page, lines, 'Scale each line', 'as it is')
  await lines.getByTestId('widget-settings').click()
  await page.getByTestId('y-min').locator('input').fill('0')
  await page.getByTestId('y-max').locator('input').fill('12')
  await page.getByTestId('y-max').locator('input').press('Enter')
  await expect(page.getByRole('button', { name: 'Auto' })).toBeEnabled()
  await page.getByRole('button', { name: 'Auto' }).click()
  await expect(page.getByRole('button', { name: 'Auto' })).toBeDisabled()
  await page.keyboard.press('Escape')
  const left = await labelOf(sided)
  await sided.getByRole('button', { name: 'right' }).click()
  await compare.drawn(sided)
  await expect.poll(() => labelOf(sided)).toContain('right anchor')
  expect(left).toContain('left anchor')
  await shot(page, 'parity-1d')
})

test('P22 P29: the workspace is as it was after other pages; where no region has data the widget says so', async ({ page, ada, shot }) => {
  test.slow()
  // Windows of ±400 kb around the very ends of chromosomes reach over them: no whole map is left.
  const ends = { name: 'ends.bed', text: 'chr1\t100\t101\nchr2\t200\t201\n' }
  const [set, wild, ctcf] = await ada.upload(await ada.assembly(), ends, 'wild_type.mcool', 'CTCF.bw')
  await ada.preprocess([set], [wild, ctcf])
  const session = await ada.session('P29', { version: 1, panels: [{ ...at, id: 'p', regionSetId: set.id, widgets: [widget('m', 'average2d', wild.id), widget('l', 'average1d', ctcf.id)] }] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const panel = compare.panels.first()
  const map = panel.getByTestId('widget-average2d')
  await expect(map.getByRole('status').filter({ hasText: 'Every cell is without data: no region of this set has a value at this window and bin.' })).toBeVisible()
  await expect(map.getByTestId('n-of-n')).toContainText('0 of 2')
  await shot(page, 'parity-no-data')
  await panel.getByTestId('window').getByRole('button', { name: 'Window: smaller' }).click()
  const window = await panel.getByTestId('window').innerText()
  await page.getByRole('link', { name: 'Sessions' }).click()
  await expect(page).toHaveURL(/\/sessions/)
  await page.goBack()
  await expect(panel.getByTestId('window')).toHaveText(window)
  await expect(panel.locator('section.widget')).toHaveCount(2)
})
