import type { Dataset, Session } from '../src/api/types'

import { ComparePage, fileOf } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('P26 P27 5.6: either anchor and either value of embeddings; clusters as lines of several tracks, in files and through a link; a cluster becomes a region set', async ({ page, browser, ada, shot, baseURL }) => {
  test.slow()
  const [peaks, loops, ctcf, h3k27ac, map] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'loops.bedpe', 'CTCF.bw', 'H3K27ac.bw', 'wild_type.mcool')
  const marks = await ada.post<Dataset>('/collections', { name: 'Marks', kind: 'signals', datasetIds: [ctcf.id, h3k27ac.id] })
  await ada.preprocess([peaks], [ctcf, h3k27ac])
  const widget = (id: string, type: string, features: number[], options = {}) => ({ id, type, span: 1, featureIds: features, bin: 0, options })
  const at = { title: '', window: 400_000, collapsed: false, span: 3 }
  const session = await ada.session('groups of dots', { version: 1, panels: [
    { ...at, id: 'p', regionSetId: peaks.id, widgets: [widget('e', 'embedding2d', [map.id], { k: 3 }), widget('l', 'average1d', [ctcf.id, h3k27ac.id])] },
    { ...at, id: 'q', regionSetId: loops.id, widgets: [widget('s', 'embedding1d', [marks.id])] },
  ] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const panel = compare.panels.first()
  const [dots, lines] = ['embedding2d', 'average1d'].map((w) => panel.getByTestId(`widget-${w}`))
  const sided = compare.panels.nth(1).getByTestId('widget-embedding1d')
  const labelOf = async (w: typeof dots): Promise<string> => (await w.getByRole('img').first().getAttribute('aria-label')) ?? ''
  await dots.getByTestId('compute').click()
  await sided.getByTestId('compute').click()
  await compare.drawn(dots, lines, sided)

  await test.step('P26: around the other anchor, computed when it is missing', async () => {
    await expect.poll(() => labelOf(sided)).toContain('left anchor')
    await sided.getByRole('button', { name: 'right' }).click()
    await compare.drawn(sided)
    await expect.poll(() => labelOf(sided)).toContain('right anchor')
    await sided.getByRole('button', { name: 'left' }).click()
    await compare.drawn(sided)
    await expect.poll(() => labelOf(sided)).toContain('left anchor')
  })
  await test.step('P27: the other value, with snippets of its own', async () => {
    await expect(dots.getByText(/^Mean snippets, ±400 kb, O\/E/)).toBeVisible()
    await dots.getByRole('button', { name: 'ICCF' }).click()
    const note = dots.getByText(/^Mean snippets, ±400 kb, /)
    await expect(note).toContainText('ICCF')
    await compare.drawn(dots)
    await dots.getByRole('button', { name: 'O/E' }).click()
    await compare.drawn(dots)
    await expect(dots.getByTestId('cluster')).toHaveCount(3)
  })
  await test.step('each track has a line of all regions and one of each cluster', async () => {
    await lines.getByTestId('lines').click()
    await page.getByTestId('lines-widget-e').click()
    await page.keyboard.press('Escape')
    await expect(lines.getByRole('button', { name: /^Show / })).toHaveCount(8)
    await compare.drawn(lines)
    const sizes = (await dots.getByTestId('cluster').allInnerTexts()).map((t) => Number(t.match(/n = ([\d,]+)/)![1].replace(',', '')))
    const json = JSON.parse((await fileOf(page, lines.getByTestId('widget-actions'), 'export-json')).bytes.toString('utf8')) as { tracks: { name: string; of: string; regionsTotal: number }[] }
    for (const track of ['CTCF', 'H3K27ac']) {
      const own = json.tracks.filter((t) => t.name === track)
      expect(own.map((t) => t.of)).toEqual(['all', 'cluster 1', 'cluster 2', 'cluster 3'])
      expect(own.slice(1).map((t) => t.regionsTotal)).toEqual(sizes)
    }
    await shot(page, 'embedding-groups')
  })
  await test.step('picture and methods of all lines', async () => {
    const png = await fileOf(page, lines.getByTestId('widget-actions'), 'export-png')
    expect(png.bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    expect(png.bytes.toString('utf8')).toMatch(/"of": ?"cluster 3"/)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await lines.getByTestId('widget-actions').click()
    await page.getByTestId('copy-methods').click()
    await expect(page.getByText('The methods text is on the clipboard.')).toBeVisible()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    for (const track of ['CTCF', 'H3K27ac']) expect(text).toContain(`The signal of “${track}”`)
    expect(text).toMatch(/Lines are averages of these regions: all \(n = [\d,]+ of [\d,]+\), cluster 1 \(n = .*cluster 3 \(n = /)
  })
  await test.step('the same lines through a link, without an account', async () => {
    await compare.saved()
    await page.getByTestId('save-session').click()
    await expect.poll(async () => JSON.stringify((await ada.get<Session>(`/sessions/${session.id}`)).document)).toMatch(/"split":\{[^}]*"e"/)
    const { token } = await ada.post<{ token: string }>(`/sessions/${session.id}/links`, { name: 'reviewers', role: 'view' })
    const guest = await (await browser.newContext({ baseURL })).newPage()
    await guest.goto(`/s/${token}`)
    const shared = guest.getByTestId('widget-average1d')
    await expect(shared.getByRole('button', { name: /^Show / })).toHaveCount(8)
    await expect(shared.getByRole('img').first()).toHaveAttribute('aria-label', await labelOf(lines))
    await shot(guest, 'embedding-groups-shared')
    await guest.context().close()
  })
  await test.step('P27: two clusters together become a region set', async () => {
    await dots.getByTestId('select-cluster').first().click()
    await dots.getByTestId('select-cluster').nth(1).click({ modifiers: ['Control'] })
    const chip = panel.getByTestId('selection')
    const sizes = (await dots.getByTestId('cluster').allInnerTexts()).map((t) => Number(t.match(/n = ([\d,]+)/)![1].replace(',', '')))
    await expect(chip).toContainText(`${(sizes[0] + sizes[1]).toLocaleString('en')} of`)
    await chip.getByRole('button', { name: /are selected/ }).click()
    await page.getByTestId('save-selection').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('two clusters')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog).toHaveCount(0)
    const made = async (): Promise<Dataset | undefined> => (await ada.datasets()).find((d) => d.name === 'two clusters' && d.state === 'ready')
    await expect.poll(async () => (await made())?.facts.regions?.count, { timeout: 30_000 }).toBe(sizes[0] + sizes[1])
  })
})
