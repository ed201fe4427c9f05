import { readFileSync } from 'node:fs'

import type { Locator } from '@playwright/test'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('5.7 5.9 5.11: the locus view from a row by Enter, from dots of both embeddings and from a cluster; files and the selection by the palette', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, ctcf, h3k27ac, wild] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'CTCF.bw', 'H3K27ac.bw', 'wild_type.mcool')
  const marks = await ada.post<{ id: number }>('/collections', { name: 'Marks', kind: 'signals', datasetIds: [ctcf.id, h3k27ac.id] })
  const widget = (id: string, type: string, feature: number) => ({ id, type, span: 1, featureIds: [feature], bin: 0, options: {} })
  const session = await ada.session('sources', { version: 1, panels: [{ id: 'p', title: '', window: 400_000, collapsed: false, span: 3, regionSetId: peaks.id, widgets: [
    widget('e', 'embedding1d', marks.id), widget('f', 'embedding2d', wild.id), widget('s', 'stackup', ctcf.id), widget('l', 'average1d', ctcf.id),
  ] }] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const panel = compare.panels.first()
  const [one, two, stack, profile] = ['embedding1d', 'embedding2d', 'stackup', 'average1d'].map((t) => panel.getByTestId(`widget-${t}`))
  for (const w of [one, two, stack]) await w.getByTestId('compute').click()
  await compare.drawn(one, two, stack, profile)
  const locus = page.getByTestId('locus')
  const title = locus.getByTestId('locus-title')
  const closed = async (): Promise<void> => {
    await expect(title).toHaveText(/chr\d:[\d,]+–[\d,]+/)
    await expect(title).not.toContainText('(-)')
    await expect(locus).toHaveAttribute('aria-busy', 'false')
    await locus.getByRole('button', { name: 'Close (Esc)' }).click()
    await expect(locus).toHaveCount(0)
  }
  const readout = async (w: Locator): Promise<string> => w.getByTestId('readout').innerText()

  await test.step('a row, by Enter: the region that the read-out names', async () => {
    const picture = stack.locator('canvas').first()
    await picture.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    await expect(stack.getByTestId('readout')).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(locus).toContainText('rows of CTCF by')
    await closed()
  })
  for (const [w, name] of [[one, '1D'], [two, '2D']] as const) {
    await test.step(`a dot of the ${name} embedding, found by the arrow keys`, async () => {
      await w.locator('canvas').first().focus()
      for (let i = 0; i < 40 && !(await w.getByTestId('readout').isVisible()); i++) await page.keyboard.press(i % 2 === 0 ? 'ArrowRight' : 'ArrowDown')
      await expect(w.getByTestId('readout')).toContainText(/chr\d:/)
      const place = (await readout(w)).match(/chr\d:[\d,]+–[\d,]+/)![0]
      await page.keyboard.press('Enter')
      await expect(title).toContainText(place)
      await closed()
    })
  }
  await test.step('the regions of a cluster, one by one', async () => {
    await two.getByTestId('cluster-locus').first().click()
    await expect(locus).toContainText('cluster 1')
    await expect(locus.getByTestId('locus-at')).toHaveText(/^1 of \d+$/)
    await closed()
  })
  const find = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Find a command' }).fill(text)
  }
  const entry = page.getByTestId('palette').getByTestId('palette-entry').first()
  await test.step('files of a widget, a panel and the workspace by the palette', async () => {
    for (const [text, title, suffix] of [
      ['export 1D average svg', 'Export 1D average of CTCF: download picture (SVG)', '.svg'], ['export stackup tsv', 'Export Stackup of CTCF: download numbers (TSV)', '.tsv'],
      ['export 2D embedding regions with labels', 'Export 2D embedding of wild_type: download regions with labels (BED)', '.bed'],
      ['export the panel pdf', 'Export the panel: download picture (PDF)', '.pdf'], ['export the whole workspace png', 'Export the whole workspace: download picture (PNG, 2×)', '.png'],
    ]) {
      await find(text)
      await expect(entry).toContainText(title)
      await expect(entry).toHaveAttribute('aria-disabled', 'false')
      const download = page.waitForEvent('download')
      await page.keyboard.press('Enter')
      const file = await download
      expect(file.suggestedFilename()).toMatch(new RegExp(`\\${suffix}$`))
      expect(readFileSync(await file.path()).length).toBeGreaterThan(500)
    }
  })
  await test.step('the selection as region set or column by the palette; without one it says why not', async () => {
    await find('save the selection as region set')
    await expect(entry).toContainText('Nothing is selected.')
    await page.keyboard.press('Escape')
    await two.getByRole('button', { name: /^Select .*cluster 1/ }).first().click()
    await expect(panel.getByTestId('selection')).toBeVisible()
    await find('save the selection as region set')
    await shot(page, 'palette-selection')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('form', { name: 'Save the selected regions as region set' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('form', { name: 'Save the selected regions as region set' })).toHaveCount(0)
    await find('save the selection as a column')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('form', { name: 'Save the selection as a column' })
    await dialog.getByLabel('Name of the column').fill('chosen')
    await page.keyboard.press('Enter')
    await expect(dialog).toHaveCount(0)
    await expect.poll(async () => (await ada.get<{ columns: { name: string }[] }>(`/datasets/${peaks.id}/regions?limit=1`)).columns.map((c) => c.name)).toContain('chosen')
  })
})
