import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('5.1 a window that is in no list: typed, refused in words, computed on demand, undone; one that no bin divides leads to the nearest', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, map, ctcf] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'wild_type.mcool', 'CTCF.bw')
  await ada.preprocess([peaks], [map, ctcf])
  const widget = (id: string, type: string, feature: number) => ({ id, type, span: 1, featureIds: [feature], bin: 0, options: {} })
  const panelOf = (window: number) => ({ id: 'p', title: '', window, collapsed: false, span: 2, regionSetId: peaks.id, widgets: [widget('m', 'average2d', map.id), widget('l', 'average1d', ctcf.id)] })
  const session = await ada.session('windows', { version: 1, panels: [panelOf(100_000)] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const panel = compare.panels.first()
  const [average, profile] = [panel.getByTestId('widget-average2d'), panel.getByTestId('widget-average1d')]
  await compare.drawn(average, profile)

  await test.step('typed', async () => {
    await panel.getByTestId('window').getByRole('button', { name: 'Window: ±100 kb' }).click()
    await page.getByTestId('window-other').click()
    const field = page.getByRole('textbox', { name: 'Half-width of the window' })
    await field.fill('1.0005')
    await field.press('Enter')
    await expect(page.getByRole('form', { name: 'Another window' })).toContainText('Please enter whole kb from 1 to 20,000.')
    await shot(page, 'other-window-refused')
    await expect(field).toHaveValue('1.0005')
    await field.fill('250')
    await field.press('Enter')
    for (const w of [average, profile]) {
      await expect(w).toContainText('not computed yet for ±250 kb')
      await w.getByTestId('compute').click()
    }
    await compare.drawn(average, profile)
    await expect(average.locator('canvas[aria-label]').first()).toHaveAttribute('aria-label', /±250 kb in bins of 10 kb/)
    await shot(page, 'other-window')
  })
  await test.step('undone, and done again', async () => {
    await page.keyboard.press('Control+z')
    await expect(panel.getByRole('button', { name: 'Window: ±100 kb' })).toBeVisible()
    await page.keyboard.press('Control+Shift+z')
    await expect(panel.getByRole('button', { name: 'Window: ±250 kb' })).toBeVisible()
    await compare.drawn(average, profile)
  })
  await test.step('one that nothing divides', async () => {
    const odd = await ada.session('odd', { version: 1, panels: [panelOf(77_777)] })
    await page.goto(`/compare/${odd.id}`)
    await expect(average).toContainText('No bin size of average contact maps divides a window of ±77.777 kb.')
    await average.getByTestId('show-other').click()
    await compare.drawn(average)
    await expect(panel.getByRole('button', { name: 'Window: ±100 kb' })).toBeVisible()
  })
})
