import { ComparePage } from './support/compare'
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
