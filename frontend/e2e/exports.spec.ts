import { ComparePage, fileOf } from './support/compare'
import { expect, signedIn, test } from './support/test'

/** How a file begins. */
const head = (b: Buffer, n = 8): string => b.subarray(0, n).toString('latin1')

test('5.9 a picture, a panel and the whole workspace as PNG, SVG and PDF; numbers, manifest and methods text', async ({ page, context, ada, shot }) => {
  test.slow()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const [peaks, tads, track, map] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'TADs.bed', 'CTCF.bw', 'wild_type.mcool')
  await ada.preprocess([peaks, tads], [track, map])
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/compare')
  for (const set of [peaks, tads]) {
    await compare.addPanel(set.name)
    for (const w of ['average2d', 'average1d', 'stackup'] as const) await compare.drawn(await compare.addWidget(compare.panels.last(), w))
  }
  const panel = compare.panels.first()
  const actions = (w: string) => panel.getByTestId(`widget-${w}`).getByTestId('widget-actions')

  await test.step('every widget: pictures as large as on screen, and numbers of the same shape in three forms', async () => {
    for (const w of ['average2d', 'average1d', 'stackup']) {
      const canvas = await panel.getByTestId(`widget-${w}`).locator('canvas').first().evaluate((c: HTMLCanvasElement) => [parseInt(c.style.width), parseInt(c.style.height)])
      const png = await fileOf(page, actions(w), 'export-png')
      expect(head(png.bytes)).toBe('\x89PNG\r\n\x1a\n')
      expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual(canvas.map((v) => 2 * v))
      expect(png.bytes.toString('utf8')).toContain('"manifestHash"')
      const svg = (await fileOf(page, actions(w), 'export-svg')).bytes.toString('utf8')
      expect(svg).toContain(`width="${canvas[0]}" height="${canvas[1]}"`)
      expect(svg).toContain('<metadata>')
      const pdf = (await fileOf(page, actions(w), 'export-pdf')).bytes.toString('latin1')
      expect(pdf.slice(0, 5)).toBe('%PDF-')
      expect(pdf).toContain('/FontFile')
      const media = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)
      // A px is a 96th of an inch, a unit of a page a 72nd.
      expect(media?.slice(1).map(Number)).toEqual(canvas.map((v) => v * 0.75))

      const tsv = (await fileOf(page, actions(w), 'export-tsv')).bytes.toString('utf8').trim().split('\n')
      const npy = (await fileOf(page, actions(w), 'export-npy')).bytes
      const shape = /'shape': \((\d+), (\d+)\)/.exec(head(npy, 128))?.slice(1).map(Number) ?? []
      const json = JSON.parse((await fileOf(page, actions(w), 'export-json')).bytes.toString('utf8')) as { positions: string[]; results: { n: number }[] }
      const [rows, cols] = w === 'average1d' ? [shape[1], shape[0] * 4] : shape
      expect(tsv).toHaveLength(rows + 1)
      expect(tsv[0].split('\t')).toHaveLength(cols + (w === 'stackup' ? 2 : 1))
      expect(json.positions).toHaveLength(shape[1])
      expect(json.results[0].n).toBeGreaterThan(0)
    }
  })
  await test.step('how it was made: manifest and methods', async () => {
    const manifest = JSON.parse((await fileOf(page, actions('average2d'), 'export-manifest')).bytes.toString('utf8')) as { results: { manifest: { inputs: { role: string; sha256: string }[] } }[] }
    expect(manifest.results[0].manifest.inputs.map((i) => i.role)).toEqual(['regions', 'feature', 'assembly'])
    await actions('average2d').click()
    await page.getByTestId('copy-methods').click()
    await expect(page.getByText('The methods text is on the clipboard.')).toBeVisible()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    expect(text).toContain('of “wild_type” were made in windows of')
    expect(text).toContain(manifest.results[0].manifest.inputs[0].sha256)
  })
  await test.step('a panel, and all panels, on one sheet with headings', async () => {
    for (const [open, name] of [[panel.getByTestId('panel-actions'), 'CTCF_peaks'], [page.getByTestId('export-workspace'), 'workspace']] as const) {
      const svg = await fileOf(page, open, 'export-svg')
      const text = svg.bytes.toString('utf8')
      expect(svg.name).toBe(`${name}.svg`)
      for (const part of ['>CTCF_peaks<', '2D average: wild_type', '1D average: CTCF', 'Stackup: CTCF', 'n = ']) expect(text).toContain(part)
      expect(text.includes('>TADs<')).toBe(name === 'workspace')
      expect(head((await fileOf(page, open, 'export-pdf')).bytes, 5)).toBe('%PDF-')
      expect(head((await fileOf(page, open, 'export-png')).bytes, 4)).toBe('\x89PNG')
    }
    await page.getByTestId('export-workspace').click()
    await shot(page, 'export-menu')
    await page.keyboard.press('Escape')
  })
  await test.step('where nothing is drawn it says why', async () => {
    for (const p of await compare.panels.all()) await p.getByRole('button', { name: 'Fold panel' }).click()
    await page.getByTestId('export-workspace').click()
    await page.getByTestId('export-png').click()
    await expect(page.getByText('There is no picture yet: unfold a panel')).toBeVisible()
  })
})
