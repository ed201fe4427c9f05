import type { Locator } from '@playwright/test'

import { ComparePage, fileOf } from './support/compare'
import { expect, signedIn, test } from './support/test'

const labelOf = async (w: Locator): Promise<string> => (await w.getByRole('img').first().getAttribute('aria-label')) ?? ''

test('5.6: facets: a panel by strand, by chromosome and by ranges of distance: every widget once per part with n, on one scale; undone, kept', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, loops, ctcf, wild] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'loops.bedpe', 'CTCF.bw', 'wild_type.mcool')
  await ada.preprocess([peaks, loops], [ctcf, wild])
  const widget = (id: string, type: string, feature: number) => ({ id, type, span: 1, featureIds: [feature], bin: 0, options: {} })
  const at = { title: '', collapsed: false, span: 3 }
  const session = await ada.session('5.6', { version: 1, panels: [
    { ...at, id: 'p', window: 100_000, regionSetId: peaks.id, widgets: [widget('m', 'average2d', wild.id), widget('l', 'average1d', ctcf.id), widget('s', 'stackup', ctcf.id)] },
    { ...at, id: 'q', window: 100_000, regionSetId: loops.id, widgets: [widget('n', 'average2d', wild.id)] },
  ] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const [first, second] = [compare.panels.nth(0), compare.panels.nth(1)]
  const part = async (panel: Locator, column: string): Promise<void> => {
    await panel.getByTestId('facets').click()
    await page.getByTestId(`facet-${column}`).click()
  }
  const titles = (panel: Locator, row: number): Promise<string[]> => panel.getByTestId('facet-row').nth(row).locator('p.facet').allInnerTexts()
  const n = (texts: string[]): number[] => texts.map((t) => Number(t.match(/n = ([\d,]+) of/)![1].replace(',', '')))

  await test.step('by strand: two of each picture, together all regions, on one scale', async () => {
    await part(first, 'strand')
    await expect(first.getByTestId('facet-row')).toHaveCount(3)
    const texts = await titles(first, 0)
    expect(texts.map((t) => t.split(' · ')[0]).sort()).toEqual(['strand +', 'strand −'])
    expect(n(texts).reduce((a, b) => a + b)).toBe(peaks.facts.regions!.count)
    for (const type of ['average2d', 'average1d', 'stackup']) await compare.drawn(...(await first.getByTestId(`widget-${type}`).all()))
    const maps = await first.getByTestId('widget-average2d').all()
    const colours = async (w: Locator) => (await labelOf(w)).match(/colours from [^,]+/)![0]
    await expect.poll(async () => (await colours(maps[0])) === (await colours(maps[1]))).toBe(true)
    const stacks = await first.getByTestId('widget-stackup').all()
    for (const [i, k] of n(texts).entries()) await expect.poll(() => labelOf(stacks[i])).toContain(`all ${k} rows`)
    await expect.poll(async () => (await colours(stacks[0])) === (await colours(stacks[1]))).toBe(true)
    // The bars of all parts have one axis, too: equal colours lie at equal heights.
    const axis = async (w: Locator): Promise<(string | null)[]> => {
      const handle = w.getByRole('slider').first()
      return [await handle.getAttribute('aria-valuemin'), await handle.getAttribute('aria-valuemax')]
    }
    for (const [one, other] of [maps, stacks]) {
      await expect.poll(async () => (await axis(one)).join() === (await axis(other)).join()).toBe(true)
      expect((await axis(one)).every((v) => v !== null)).toBe(true)
    }
    await expect(first.getByTestId('widget-average1d').first().getByTestId('selected-note')).toContainText(/strand .*: n = /)
    await shot(page, 'facets-strand')
    const sheet = (await fileOf(page, first.getByTestId('panel-actions'), 'export-svg')).bytes.toString('utf8')
    for (const name of ['2D average: wild_type', '1D average: CTCF', 'Stackup: CTCF']) for (const sign of ['+', '−']) expect(sheet).toContain(`${name} · strand ${sign}<`)
    // Each part of each of the three pictures tells its own n.
    for (const k of n(texts)) expect(sheet.split(`n = ${k} of ${peaks.facts.regions!.count}<`)).toHaveLength(4)
    expect((await fileOf(page, stacks[1].getByTestId('widget-actions'), 'export-tsv')).name).toMatch(/strand_[+−_]*\.tsv$/)
  })
  await test.step('pairs by ranges of their distance; more ranges', async () => {
    await part(second, 'distance')
    await expect(second.getByTestId('facet')).toHaveCount(4)
    expect((await titles(second, 0))[0]).toMatch(/^distance [\d.]+ kb – [\d.]+ [kM]b · n = /)
    await second.getByTestId('facet-bins').getByRole('button', { name: 'Number of ranges: smaller' }).click()
    await expect(second.getByTestId('facet')).toHaveCount(3)
    expect(n(await titles(second, 0)).reduce((a, b) => a + b)).toBe(loops.facts.regions!.count)
    await compare.drawn(...(await second.getByTestId('widget-average2d').all()))
  })
  await test.step('by chromosome, by keyboard; kept over a reload; undone', async () => {
    await first.getByTestId('facets').press('Enter')
    await page.getByTestId('facet-chrom').press('Enter')
    await expect(first.getByTestId('facet-row').first().locator('p.facet').first()).toContainText('chrom chr1 · n = ')
    await compare.saved()
    await page.reload()
    await expect(first.getByTestId('facet-row').first().locator('p.facet').first()).toContainText('chrom chr1 · n = ')
    await compare.drawn(...(await first.getByTestId('widget-average1d').all()))
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(page, 'facets-dark')
    await first.getByTestId('facets').click()
    await page.getByTestId('facet-none').click()
    await expect(first.getByTestId('facet-row')).toHaveCount(0)
    await page.keyboard.press('Control+z')
    await expect(first.getByTestId('facet-row')).toHaveCount(3)
  })
})
