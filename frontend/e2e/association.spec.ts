import { readFileSync } from 'node:fs'

import type { Collection } from '../src/api/types'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('P28 P17 W17: association: planted sets are found, ranked, marked and told with their numbers; every choice is kept', async ({ page, ada, shot }) => {
  test.slow()
  const files = ['same70.bed', 'same30.bed', 'shift30k.bed', 'random_control.bed', 'depleted.bed', 'promoters.bed']
  const [peaks, ...sets] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', ...files)
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/compare')
  await compare.addPanel(peaks.name)
  const panel = compare.panels.first()
  await test.step('without a collection the menu says what is missing', async () => {
    await panel.getByTestId('add-widget').click()
    await expect(page.getByTestId('add-association')).toContainText('no collection of region sets')
    await page.keyboard.press('Escape')
  })
  await ada.post<Collection>('/collections', { name: 'Insulators and others', kind: 'regions', datasetIds: sets.map((d) => d.id) })
  await page.reload()
  const widget = await compare.addWidget(panel, 'association')
  await test.step('nothing is computed yet, then it is', async () => {
    await expect(widget).toHaveAttribute('data-status', 'waiting')
    await shot(page, 'association-missing')
    await widget.getByTestId('compute').click()
    await compare.drawn(widget)
  })
  await expect(widget.locator('canvas')).toHaveAttribute('aria-label', /universe: genome/)
  await expect(widget.locator('canvas')).toHaveAttribute('aria-label', /ranked by odds ratio at [^:]*: same70 odds ratio/)
  await shot(page, 'association-profile')
  await test.step('the table is sorted and searched; the planted set is on top, the depleted one is depleted', async () => {
    await widget.getByTestId('open-table').click()
    await page.getByRole('button', { name: 'Odds ratio' }).click()
    await expect(page.getByTestId('table-row').first()).toContainText('same70')
    await expect(page.getByTestId('table-row')).toHaveCount(6)
    await shot(page, 'association-table')
    await page.getByTestId('table-search').fill('deplet')
    await expect(page.getByTestId('table-row')).toHaveCount(1)
    await page.keyboard.press('Escape')
  })
  await widget.getByRole('button', { name: 'heat map' }).click()
  await compare.pointAt(widget, 0.5, 0.3)
  await expect(widget.getByTestId('readout')).toContainText('odds ratio')
  await expect(widget.getByTestId('readout')).toContainText('support')
  await widget.getByTestId('measure').selectOption('q')
  await shot(page, 'association-heat')
  await widget.getByRole('button', { name: 'volcano' }).click()
  await shot(page, 'association-volcano')
  await widget.getByRole('button', { name: 'profile' }).click()
  await test.step('a click ranks another bin', async () => {
    await compare.pointAt(widget, 0.9, 0.2)
    await page.mouse.down()
    await page.mouse.up()
    await expect(widget.getByTestId('tally')).toContainText('at +')
  })
  await test.step('another universe is computed at once and named', async () => {
    await widget.getByTestId('widget-settings').click()
    await page.getByTestId('universe').selectOption('queries')
    await page.keyboard.press('Escape')
    await compare.drawn(widget)
    await expect(widget.locator('canvas')).toHaveAttribute('aria-label', /universe: union of all query bins/)
  })
  await test.step('undo, redo, reload', async () => {
    await compare.saved()
    await page.reload()
    await compare.drawn(widget)
    await expect(widget.getByTestId('measure')).toHaveValue('q')
    await widget.getByTestId('measure').selectOption('support')
    await page.locator('body').press('Control+z')
    await expect(widget.getByTestId('measure')).toHaveValue('q')
    await page.locator('body').press('Control+Shift+z')
    await expect(widget.getByTestId('measure')).toHaveValue('support')
  })
  await test.step('files', async () => {
    for (const kind of ['png', 'svg', 'tsv', 'npy', 'json']) {
      await widget.getByTestId('widget-actions').click()
      const download = page.waitForEvent('download')
      await page.getByTestId(`export-${kind}`).click()
      const file = await download
      expect(file.suggestedFilename()).toMatch(new RegExp(`^CTCF_peaks__Insulators_and_others.*\\.${kind}$`))
      if (kind === 'svg') expect(readFileSync(await file.path(), 'utf8')).toContain('Universe: union of all query bins')
      if (kind === 'json') expect((JSON.parse(readFileSync(await file.path(), 'utf8')) as { targets: { name: string }[] }).targets[0].name).toBe('same70')
    }
  })
  await page.emulateMedia({ colorScheme: 'dark' })
  await widget.getByTestId('measure').selectOption('or')
  await shot(page, 'association-dark')
})
