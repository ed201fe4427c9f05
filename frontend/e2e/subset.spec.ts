import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('5.4 P28: a bar or a cell of an association selects the regions behind it for every picture of the set; the association follows a selection', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, same, shifted, depleted, ctcf] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'same70.bed', 'shift30k.bed', 'depleted.bed', 'CTCF.bw')
  const sets = await ada.post<{ id: number }>('/collections', { name: 'Insulators and others', kind: 'regions', datasetIds: [same.id, shifted.id, depleted.id] })
  await ada.preprocess([peaks], [ctcf])
  const widget = (id: string, type: string, feature: number) => ({ id, type, span: 1, featureIds: [feature], bin: 0, options: {} })
  const session = await ada.session('5.4', { version: 1, panels: [{ id: 'p', title: '', window: 50_000, collapsed: false, span: 3, regionSetId: peaks.id, widgets: [widget('a', 'association', sets.id), widget('l', 'average1d', ctcf.id), widget('s', 'stackup', ctcf.id)] }] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const panel = compare.panels.first()
  const [bars, profile, stack] = ['association', 'average1d', 'stackup'].map((t) => panel.getByTestId(`widget-${t}`))
  await bars.getByTestId('compute').click()
  await compare.drawn(bars, profile, stack)
  const chip = panel.getByTestId('selection')
  const n = async (): Promise<number> => Number((await chip.innerText()).match(/^([\d,]+) of/)?.[1]?.replace(',', ''))
  const total = peaks.facts.regions!.count

  await bars.getByTestId('open-table').click()
  const support = Number(await page.getByTestId('table-row').filter({ hasText: 'same70' }).getByRole('cell').nth(8).innerText())
  await page.keyboard.press('Escape')

  await test.step('a bar: the regions that hit the planted set at the chosen bin; shown by all with the whole set as a ghost', async () => {
    await bars.getByRole('button', { name: /^Select the regions that hit same70 at/ }).click()
    await expect(chip).toContainText('selected')
    const hit = await n()
    // The bins of these regions are the support of the whole set; regions that share one count once there.
    expect(hit).toBeGreaterThanOrEqual(support)
    expect(hit).toBeLessThan(1.2 * support)
    await compare.drawn(bars, profile, stack)
    for (const w of [bars, profile, stack]) await expect(w.getByTestId('selected-note')).toContainText(String(hit))
    await expect(bars.getByRole('img').first()).toHaveAttribute('aria-label', /of the selected regions, the whole set dotted/)
    await shot(page, 'subset-bar')
  })
  await test.step('a bar by keyboard adds to it; undone', async () => {
    const before = await n()
    await bars.getByRole('button', { name: /^Select the regions that hit depleted at/ }).press('Enter')
    await expect.poll(n).toBeLessThan(before)
    await page.locator('body').press('Control+z')
    await expect.poll(n).toBe(before)
  })
  await test.step('a cell of the heat map', async () => {
    await bars.getByRole('button', { name: 'heat map' }).click()
    await bars.getByTestId('press').getByRole('button', { name: 'select' }).click()
    await compare.pointAt(bars, 0.75, 0.15)
    await expect(bars.getByTestId('readout')).toContainText('same70')
    await page.mouse.down()
    await page.mouse.up()
    await expect.poll(n).toBeLessThan(total / 4)
    await expect(chip.getByRole('button', { name: /are selected: .* that hit same70 at \+/ })).toBeVisible()
    await compare.drawn(bars, profile, stack)
    await page.emulateMedia({ colorScheme: 'dark' })
    await bars.getByRole('button', { name: 'profile' }).click()
    await shot(page, 'subset-dark')
  })
})
