
import type { Locator, Page } from '@playwright/test'

import type { Result } from '../src/api/types'
import { parseNpy } from '../src/api/npy'
import { fileOf, ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

const labelOf = async (w: Locator): Promise<string> => (await w.getByRole('img').first().getAttribute('aria-label')) ?? ''

/** The table of a TSV: its first line as heads, and a column by its head. */
function table(tsv: string): { heads: string[]; column: (head: string) => number[] } {
  const lines = tsv.trimEnd().split('\n').map((l) => l.split('\t'))
  return { heads: lines[0], column: (head) => lines.slice(1).map((l) => Number(l[lines[0].indexOf(head)])) }
}

async function linesBy(page: Page, w: Locator, item: string): Promise<void> {
  await w.getByTestId('lines').click()
  await page.getByTestId(item).click()
  await page.keyboard.press('Escape')
}

test('5.6 W40: lines of strands, of clusters, of k-means groups and of further region sets in one 1D average: numbers are those of the subset, legend with n, files, undo, keyboard, reload', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, strands, tads, ctcf, h3k] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'same70.bed', 'TADs.bed', 'CTCF.bw', 'H3K27ac.bw')
  await ada.preprocess([peaks], [ctcf, h3k])
  const widget = (id: string, type: string, features: number[], options = {}) => ({ id, type, span: 1, featureIds: features, bin: 0, options })
  const session = await ada.session('5.6 lines', { version: 1, panels: [{ id: 'p', title: '', window: 100_000, collapsed: false, span: 3, regionSetId: peaks.id, widgets: [
    widget('l', 'average1d', [ctcf.id]), widget('s', 'stackup', [ctcf.id], { clusters: 3 }),
  ] }] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  const panel = compare.panels.first()
  const [profile, stack] = ['average1d', 'stackup'].map((t) => panel.getByTestId(`widget-${t}`))
  await compare.drawn(profile, stack)
  const legend = profile.getByRole('button', { name: /^Show / })
  const tsv = async () => table((await fileOf(page, profile.getByTestId('widget-actions'), 'export-tsv')).bytes.toString('utf8'))

  await test.step('by strand: a line each beside all regions; the numbers are those of the subset', async () => {
    await linesBy(page, profile, 'lines-column-strand')
    await expect(legend).toHaveCount(3)
    await compare.drawn(profile)
    const groups = (await ada.get<{ items: { value: string; n: number; bitmap: string }[] }>(`/datasets/${peaks.id}/regions/groups?column=strand&bitmap=true`)).items
    const plus = groups.find((g) => g.value === '+')!
    const results = (await ada.get<{ items: Result[] }>(`/region-sets/${peaks.id}/results`)).items
    const numbers = await tsv()
    const head = numbers.heads.find((h) => h.includes('strand +') && h.endsWith(' mean'))!
    expect(head).toContain(`CTCF at CTCF_peaks, strand + (n = ${plus.n} of ${plus.n})`)
    const mean = numbers.column(head)
    const result = results.find((r) => r.pipeline === 'stackup' && r.featureId === ctcf.id && r.window === 100_000 && r.value === 'mean' && r.shape[1] === mean.length)!
    const answer = parseNpy(await ada.bytes(`/results/${result.resultId}/aggregate`, { subset: { bitmap: plus.bitmap } }))
    for (const [i, v] of mean.entries()) expect(v).toBeCloseTo(answer.data[i] as number, 5)
    await expect.poll(() => labelOf(profile)).toContain(`strand +: n = ${plus.n} of ${plus.n}`)
    await shot(page, 'lines-strand')
  })
  await test.step('the groups of the stackup, as they are there; the legend switches a line off and says its n', async () => {
    await linesBy(page, profile, 'lines-widget-s')
    await expect(legend).toHaveCount(4)
    await compare.drawn(profile)
    const sizes = [...(await labelOf(profile)).matchAll(/group \d: n = \d+ of (\d+)/g)].map((m) => Number(m[1]))
    expect(sizes).toHaveLength(3)
    expect(sizes.reduce((a, b) => a + b)).toBe(peaks.facts.regions!.count)
    await expect(profile.getByTitle(`group 1, n = ${sizes[0]}`)).toBeVisible()
    await profile.getByRole('button', { name: 'Show group 1' }).click()
    await expect(profile.getByRole('button', { name: 'Show group 1' })).toHaveAttribute('aria-pressed', 'false')
    await profile.getByRole('button', { name: 'Show group 1' }).press('Enter')
    await expect(profile.getByRole('button', { name: 'Show group 1' })).toHaveAttribute('aria-pressed', 'true')
    await stack.getByTestId('row-k').getByRole('button', { name: 'Number of groups: larger' }).click()
    await expect(legend).toHaveCount(5)
    await compare.drawn(profile, stack)
    await compare.pointAt(profile, 0.6, 0.6)
    for (const g of ['all', 'group 1', 'group 4']) await expect(profile.getByTestId('readout')).toContainText(`${g}: `)
  })
  await test.step('further sets, computed on demand, by keyboard; one of other regions cannot be chosen', async () => {
    await profile.getByTestId('lines').press('Enter')
    await expect(page.getByTestId(`lines-set-${tads.id}`)).toHaveCount(0)
    await page.getByTestId(`lines-set-${strands.id}`).press('Enter')
    await page.keyboard.press('Escape')
    await expect(legend).toHaveCount(6)
    await compare.drawn(profile)
    await expect.poll(() => labelOf(profile)).toContain(`same70: n = `)
    await shot(page, 'lines-sets')
    const json = JSON.parse((await fileOf(page, profile.getByTestId('widget-actions'), 'export-json')).bytes.toString('utf8')) as { tracks: { regionSet: string; of: string; regions: number; regionsTotal: number; mean: number[] }[] }
    expect(json.tracks.map((t) => [t.regionSet, t.of])).toEqual([['CTCF_peaks', 'all'], ['CTCF_peaks', 'group 1'], ['CTCF_peaks', 'group 2'], ['CTCF_peaks', 'group 3'], ['CTCF_peaks', 'group 4'], ['same70', 'all']])
    expect(json.tracks.every((t) => t.regions > 0 && t.regions <= t.regionsTotal)).toBe(true)
    const svg = (await fileOf(page, profile.getByTestId('widget-actions'), 'export-svg')).bytes.toString('utf8')
    for (const t of json.tracks) expect(svg).toContain(`n = ${t.regions}<`)
    const npy = parseNpy(new Uint8Array((await fileOf(page, profile.getByTestId('widget-actions'), 'export-npy')).bytes).buffer)
    expect(npy.shape).toEqual([6, json.tracks[0].mean.length])
    const manifest = (await fileOf(page, profile.getByTestId('widget-actions'), 'export-manifest')).bytes.toString('utf8')
    expect(manifest).toContain('"of": "group 4"')
    expect(manifest).toContain('same70')
  })
  await test.step('kept over a reload; undone step by step and made again', async () => {
    await compare.saved()
    await page.reload()
    await expect(legend).toHaveCount(6)
    await compare.drawn(profile)
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(page, 'lines-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await linesBy(page, profile, 'lines-none')
    await expect(legend).toHaveCount(2)
    await page.keyboard.press('Control+z')
    await expect(legend).toHaveCount(6)
    await page.keyboard.press('Control+Shift+z')
    await expect(legend).toHaveCount(2)
    await page.keyboard.press('Control+z')
  })
  await test.step('of a selection: the selected of each group, the group dotted', async () => {
    await stack.getByRole('button', { name: /^Select the \d+ rows of k-means 2/ }).click()
    await expect(profile.getByTestId('lines-note')).toContainText('No selected region is in group 1, group 3, group 4.')
    await expect(legend).toHaveCount(3)
    await compare.drawn(profile)
    await expect.poll(() => labelOf(profile)).toMatch(/group 2: n = \d+ of \d+ selected/)
    await shot(page, 'lines-selection')
  })
})
