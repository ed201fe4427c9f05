import type { Locator } from '@playwright/test'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('P19 P20 P18: links of scale, row order, colours and pointer: made, live, several, kept over moves and reloads, undone, ended', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, tads, ctcf, h3k27ac, wild, depleted] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'TAD_boundaries.bed', 'CTCF.bw', 'H3K27ac.bw', 'wild_type.mcool', 'cohesin_depleted.mcool')
  await ada.preprocess([peaks, tads], [ctcf, h3k27ac, wild, depleted])
  const widget = (id: string, type: string, feature: number) => ({ id, type, span: 1, featureIds: [feature], bin: 0, options: {} })
  // Both maps have a level of 10 kb.
  const at = { title: '', window: 400_000, collapsed: false }
  const session = await ada.session('links', {
    version: 1,
    panels: [
      { ...at, id: 'p', span: 3, regionSetId: peaks.id, widgets: [widget('m1', 'average2d', wild.id), widget('m2', 'average2d', depleted.id), widget('l1', 'average1d', ctcf.id), widget('s1', 'stackup', ctcf.id), widget('s2', 'stackup', h3k27ac.id), widget('l2', 'average1d', h3k27ac.id)] },
      { ...at, id: 'q', span: 3, regionSetId: tads.id, widgets: [widget('m3', 'average2d', wild.id)] },
    ],
  })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const [first, second] = [compare.panels.nth(0), compare.panels.nth(1)]
  const maps = first.getByTestId('widget-average2d')
  const [wildMap, depletedMap, tadMap] = [maps.nth(0), maps.nth(1), second.getByTestId('widget-average2d').first()]
  const [lineA, lineB] = [first.getByTestId('widget-average1d').nth(0), first.getByTestId('widget-average1d').nth(1)]
  const [stackA, stackB] = [first.getByTestId('widget-stackup').nth(0), first.getByTestId('widget-stackup').nth(1)]
  const all = [wildMap, depletedMap, lineA, stackA, stackB, lineB, tadMap]
  await compare.drawn(...all)
  const label = async (w: Locator): Promise<string> => (await w.getByRole('img').first().getAttribute('aria-label')) ?? ''
  const colours = async (w: Locator): Promise<string> => (await label(w)).match(/colours from (.+?)(,|$)/)?.[1] ?? ''
  const dialog = page.getByTestId('link-dialog')
  const link = async (w: Locator, kind: string, how: () => Promise<unknown>): Promise<void> => {
    await w.getByTestId('widget-actions').click()
    await page.getByTestId('link-widget').click()
    await dialog.getByTestId('link-kind').selectOption(kind)
    await how()
    if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Close' }).click()
    await expect(dialog).toHaveCount(0)
  }

  await test.step('one map takes the scale of another, of another panel too; the kind of value follows', async () => {
    expect(await colours(wildMap)).not.toBe(await colours(depletedMap))
    await link(depletedMap, 'scale', () => dialog.getByTestId('link-donor').selectOption({ label: 'wild_type · CTCF_peaks' }))
    await link(tadMap, 'scale', () => dialog.getByTestId('link-donor').selectOption({ label: 'wild_type · CTCF_peaks' }))
    await expect(wildMap.getByTestId('link-scale')).toHaveAttribute('data-role', 'donor')
    await expect(wildMap.getByTestId('link-scale')).toContainText('2 others')
    for (const w of [depletedMap, tadMap]) {
      await expect(w.getByTestId('link-scale')).toHaveAttribute('data-role', 'follower')
      await expect.poll(() => colours(w)).toBe(await colours(wildMap))
    }
    await wildMap.getByRole('button', { name: 'ICCF' }).click()
    for (const w of [wildMap, depletedMap, tadMap]) {
      await expect(w.getByRole('button', { name: 'ICCF' })).toHaveAttribute('aria-pressed', 'true')
      await w.getByTestId('compute').or(w.getByRole('img')).first().waitFor()
    }
    await depletedMap.getByRole('button', { name: 'O/E' }).click()
    await compare.drawn(wildMap, depletedMap, tadMap)
    await expect(wildMap.getByRole('button', { name: 'O/E' })).toHaveAttribute('aria-pressed', 'true')
  })
  await test.step('a range that a follower is given is that of all; each has its own again when it is released', async () => {
    await depletedMap.getByTestId('range-menu').click()
    const menu = page.getByRole('group', { name: 'Colour range and map' })
    await menu.getByLabel('To').fill('4')
    await menu.getByLabel('To').press('Enter')
    await page.keyboard.press('Escape')
    for (const w of [wildMap, depletedMap, tadMap]) await expect.poll(() => colours(w)).toBe('0.25 to 4')
  })
  await test.step('a second link: y axes; a third: rows, which have the order of the donor and its values', async () => {
    await link(lineA, 'scale', () => dialog.getByTestId('link-panel').click())
    await expect(lineB.getByTestId('link-scale')).toHaveAttribute('data-role', 'follower')
    await link(stackB, 'sort', () => dialog.getByTestId('link-donor').selectOption({ label: 'CTCF · CTCF_peaks' }))
    await expect(stackA.getByTestId('link-sort')).toHaveAttribute('data-role', 'donor')
    await stackA.getByTestId('sort').selectOption('mean')
    await expect(stackB.getByTestId('sort')).toHaveValue('mean')
    await compare.drawn(stackA, stackB)
    const region = async (w: Locator): Promise<string> => {
      await compare.pointAt(w, 0.45, 0.25)
      await expect(w.getByTestId('readout')).toContainText(/chr\d/)
      return (await w.getByTestId('readout').innerText()).match(/chr[^\n]*/)![0]
    }
    const top = await region(stackA)
    await expect.poll(() => region(stackB)).toBe(top)
  })
  await test.step('the pointer is seen in all that share it', async () => {
    await link(lineA, 'hover', () => dialog.getByTestId('link-panel').click())
    await compare.pointAt(lineA, 0.5, 0.5)
    for (const w of [stackA, stackB, wildMap]) await expect(w.getByTestId('guide')).toBeVisible()
    await expect(lineA.getByTestId('guide')).toHaveCount(0)
    await shot(page, 'links')
    await page.mouse.move(0, 0)
    await expect(stackA.getByTestId('guide')).toHaveCount(0)
  })
  await test.step('kept over a move to another panel and a reload; rows are only of one panel', async () => {
    await depletedMap.getByTestId('widget-actions').click()
    await page.getByText('Move to “TAD_boundaries”').click()
    await expect(second.getByTestId('link-scale')).toHaveCount(2)
    await compare.saved()
    await page.reload()
    await compare.drawn(wildMap, tadMap, second.getByTestId('widget-average2d').nth(1))
    await expect.poll(() => colours(second.getByTestId('widget-average2d').nth(1))).toBe('0.25 to 4')
    await expect(stackB.getByTestId('link-sort')).toHaveAttribute('data-role', 'follower')
    await page.getByRole('button', { name: 'Theme: as the system. Switch to light' }).click()
    await page.getByRole('button', { name: 'Theme: light. Switch to dark' }).click()
    await shot(page, 'links-dark')
  })
  await test.step('released, a follower has its own range; without the donor all have; undo brings the link back', async () => {
    const moved = second.getByTestId('widget-average2d').nth(1)
    await moved.getByTestId('link-scale').getByRole('button').click()
    await expect(moved.getByTestId('link-scale')).toHaveCount(0)
    await expect.poll(() => colours(moved)).not.toBe('0.25 to 4')
    await wildMap.getByTestId('widget-actions').click()
    await page.getByTestId('delete-widget').click()
    await expect(tadMap.getByTestId('link-scale')).toHaveCount(0)
    await page.getByRole('button', { name: /^Undo:/ }).click()
    await expect(tadMap.getByTestId('link-scale')).toHaveAttribute('data-role', 'follower')
    await expect.poll(() => colours(tadMap)).toBe('0.25 to 4')
  })
})
