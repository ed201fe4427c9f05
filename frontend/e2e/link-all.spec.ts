import type { Locator } from '@playwright/test'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

const labelOf = async (w: Locator): Promise<string> => (await w.getByRole('img').first().getAttribute('aria-label')) ?? ''
const colours = async (w: Locator): Promise<string> => (await labelOf(w)).match(/colours from (.+?)(,|$)/)?.[1] ?? ''

test('5.5 P19: link all in a row, in each panel, of a type: one press each; live, undone, ended; by mouse, menu and keyboard', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, tads, wild, depleted, ctcf] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'TAD_boundaries.bed', 'wild_type.mcool', 'cohesin_depleted.mcool', 'CTCF.bw')
  await ada.preprocess([peaks, tads], [wild, depleted, ctcf])
  const widget = (id: string, type: string, feature: number, span = 1) => ({ id, type, span, featureIds: [feature], bin: 0, options: {} })
  const at = { title: '', window: 400_000, collapsed: false, span: 2 }
  const session = await ada.session('5.5', { version: 1, panels: [
    { ...at, id: 'p', regionSetId: peaks.id, widgets: [widget('a', 'average2d', wild.id), widget('b', 'average2d', depleted.id), widget('c', 'average2d', wild.id), widget('s', 'stackup', ctcf.id)] },
    { ...at, id: 'q', regionSetId: tads.id, widgets: [widget('d', 'average2d', wild.id)] },
  ] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const [first, second] = [compare.panels.nth(0), compare.panels.nth(1)]
  const [a, b, c] = [0, 1, 2].map((i) => first.getByTestId('widget-average2d').nth(i))
  const d = second.getByTestId('widget-average2d')
  await compare.drawn(a, b, c, d)
  const followers = (): Promise<number> => page.locator('[data-role="follower"]').count()

  await test.step('the row: the neighbour follows, the widget below does not', async () => {
    await a.getByTestId('widget-actions').press('Enter')
    await page.getByTestId('link-widget').press('Enter')
    await page.getByTestId('link-row').press('Enter')
    await expect(b.getByTestId('link-scale')).toHaveAttribute('data-role', 'follower')
    await expect.poll(followers).toBe(1)
    await expect.poll(async () => (await colours(b)) === (await colours(a))).toBe(true)
  })
  await test.step('each panel, then the type on the page, from the menu above the panels', async () => {
    await page.getByTestId('link-all').click()
    await page.getByTestId('link-all-scale-panel').click()
    await expect.poll(followers).toBe(2)
    await page.getByTestId('link-all').click()
    await page.getByTestId('link-all-scale-page').click()
    await expect.poll(followers).toBe(3)
    for (const w of [b, c, d]) await expect.poll(async () => (await colours(w)) === (await colours(a))).toBe(true)
    await shot(page, 'link-all')
  })
  await test.step('a change in a follower is that of all; undone; ended', async () => {
    await d.getByRole('button', { name: 'ICCF' }).click()
    for (const w of [a, b, c]) await expect(w.getByRole('button', { name: 'ICCF' })).toHaveAttribute('aria-pressed', 'true')
    await page.keyboard.press('Control+z')
    await expect(a.getByRole('button', { name: 'O/E' })).toHaveAttribute('aria-pressed', 'true')
    await page.getByTestId('link-all').press('Enter')
    await page.getByTestId('unlink-all-scale').press('Enter')
    await expect.poll(followers).toBe(0)
    await page.keyboard.press('Control+z')
    await expect.poll(followers).toBe(3)
  })
})
