import { ComparePage } from './support/compare'
import { tabTo } from './support/keyboard'
import { expect, signedIn, test } from './support/test'

test('points, pairs and intervals: each with all three pictures, read off, sorted and rescaled', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, loops, tads, track, map] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'loops.bedpe', 'TADs.bed', 'CTCF.bw', 'wild_type.mcool')
  expect([peaks.sizeType, loops.dimension, tads.sizeType]).toEqual(['point', 2, 'interval'])
  await ada.preprocess([peaks, loops, tads], [track, map])
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/compare')
  for (const set of [peaks, loops, tads]) {
    await compare.addPanel(set.name)
    const panel = compare.panels.last()
    for (const w of ['average2d', 'average1d', 'stackup'] as const) await compare.drawn(await compare.addWidget(panel, w))
    await expect(panel.getByTestId('n-of-n').first()).toContainText(/[1-9]\d* of [1-9]\d*/)
  }
  await shot(page, 'points-pairs-intervals')

  const panel = compare.panels.first()
  const map2d = panel.getByTestId('widget-average2d')
  const stack = panel.getByTestId('widget-stackup')
  await test.step('value under the pointer', async () => {
    await compare.pointAt(map2d, 0.35, 0.4)
    await expect(map2d.getByTestId('readout')).toContainText(/\d/)
    await compare.pointAt(stack, 0.35, 0.6)
    await expect(stack.getByTestId('readout')).toContainText(/chr[123]/)
  })
  await test.step('ICCF, another window, another order', async () => {
    await map2d.getByRole('radio', { name: 'ICCF' }).or(map2d.getByRole('button', { name: 'ICCF' })).click()
    await compare.drawn(map2d)
    await panel.getByRole('group', { name: 'Window' }).getByRole('button', { name: 'Window: smaller' }).click()
    await stack.getByTestId('sort').selectOption('mean')
    await compare.drawn(map2d, panel.getByTestId('widget-average1d'), stack)
  })
  await test.step('all of it is kept', async () => {
    await compare.saved()
    const window = await panel.getByRole('group', { name: 'Window' }).innerText()
    await page.reload()
    await expect(panel.getByRole('group', { name: 'Window' })).toHaveText(window)
    await expect(stack.getByTestId('sort')).toHaveValue('mean')
    await compare.drawn(map2d, stack)
  })
  await test.step('pictures and numbers can be saved', async () => {
    for (const [item, ending] of [['export-png', 'png'], ['export-tsv', 'tsv']]) {
      await map2d.getByTestId('widget-actions').click()
      const download = page.waitForEvent('download')
      await page.getByTestId(item).click()
      expect((await download).suggestedFilename()).toMatch(new RegExp(`CTCF_peaks.*wild_type.*\\.${ending}$`))
    }
  })
})

test('5 W37 the whole compare flow by keyboard alone: every figure has a text alternative, its axes in words, and a data table', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, same, ctcf, h3k27ac, wild] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'same70.bed', 'CTCF.bw', 'H3K27ac.bw', 'wild_type.mcool')
  await ada.post('/collections', { name: 'Marks', kind: 'signals', datasetIds: [ctcf.id, h3k27ac.id] })
  await ada.post('/collections', { name: 'Sets', kind: 'regions', datasetIds: [same.id] })
  await ada.preprocess([peaks], [ctcf, h3k27ac, wild])
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/')
  await test.step('to the page, a panel, its window and the usual six', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('go to compare')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('add-panel')).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.keyboard.type(`add a panel of ${peaks.name}`)
    await page.keyboard.press('Enter')
    await expect(compare.panels).toHaveCount(1)
    // All six have results of a window of ±400 kb: of the map in bins of 10 kb.
    const step = compare.panels.first().getByTestId('window')
    await tabTo(page, step.getByRole('button', { name: /^Window: ±/ }))
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'Window' }).or(page.getByRole('listbox', { name: 'Window' })).locator('.v-list-item').filter({ hasText: '±400 kb' }).press('Enter')
    await expect(step).toContainText('±400 kb')
    await tabTo(page, compare.panels.first().getByTestId('add-widget').first())
    await page.keyboard.press('Enter')
    await page.getByTestId('add-usual').press('Enter')
  })
  const widgets = ['average2d', 'average1d', 'stackup', 'embedding1d', 'embedding2d', 'association'] as const
  const says = { average2d: 'in bins of', average1d: 'in bins of', stackup: 'in bins of', embedding1d: 'a dot per region', embedding2d: 'a dot per region', association: 'in bins of' }
  for (const name of widgets) {
    await test.step(`${name}: computed, described, its numbers in a table`, async () => {
      const w = compare.panels.first().getByTestId(`widget-${name}`)
      if (name.startsWith('e') || name === 'association') {
        // Five pictures with their controls may lie before it.
        await tabTo(page, w.getByTestId('compute'), 400)
        await page.keyboard.press('Enter')
      }
      await compare.drawn(w)
      const picture = w.getByRole('img').first()
      await expect(picture).toHaveAttribute('aria-label', new RegExp(`CTCF_peaks.*${says[name]}`))
      await picture.focus()
      for (const key of ['ArrowRight', 'ArrowDown']) await page.keyboard.press(key)
      await tabTo(page, w.getByTestId('open-table'))
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog')
      await expect(dialog.getByTestId('table-row').first()).toContainText(/\d/)
      await expect(dialog.locator('footer')).toContainText(/^\s*[1-9]/)
      if (name === 'average2d') await shot(page, 'numbers-average2d')
      await page.keyboard.press('Escape')
      await expect(dialog).toHaveCount(0)
    })
  }
  await test.step('saved under a name', async () => {
    await page.keyboard.press('Control+s')
    await page.keyboard.type('All by keys')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Compare · All by keys' })).toBeVisible()
  })
})
