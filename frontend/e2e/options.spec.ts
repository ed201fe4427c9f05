import type { Dataset, Result } from '../src/api/types'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('options of pictures: what is missing is computed at once, and the picture says how it was made', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, loops, track, map, bare] = await ada.upload(await ada.assembly(), 'promoters.bed', 'loops.bedpe', 'H3K27ac.bw', 'wild_type.mcool', 'unbalanced.cool')
  await ada.preprocess([peaks], [track, map])
  await ada.preprocess([loops], [track])
  const results = async (set: Dataset): Promise<Result[]> => (await ada.get<{ items: Result[] }>(`/region-sets/${set.id}/results`)).items
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/compare')
  await compare.addPanel(peaks.name)
  const panel = compare.panels.first()
  await expect(panel).toContainText('± strand')
  const [map2d, profile, stack] = [await compare.addWidget(panel, 'average2d'), await compare.addWidget(panel, 'average1d'), await compare.addWidget(panel, 'stackup')]
  const picture = (w: typeof map2d) => w.getByRole('img').first()
  const choose = async (w: typeof map2d, group: string, option: string) => {
    await w.getByTestId('widget-settings').click()
    await page.getByRole('group', { name: group }).getByRole('button', { name: option, exact: true }).click()
    await page.keyboard.press('Escape')
  }

  await test.step('the axis of a stranded set says upstream and downstream; the score has its interval', async () => {
    await map2d.getByTestId('choose-data').click()
    await page.getByTestId(`choose-${map.id}`).click()
    await compare.drawn(map2d, profile, stack)
    for (const w of [map2d, profile, stack]) await expect(picture(w)).toHaveAttribute('aria-label', /upstream left, downstream right/)
    await expect(map2d.getByTestId('score')).toContainText(/corner score [\d.]+ \([\d.]+–[\d.]+\)/)
    await compare.pointAt(map2d, 0.47, 0.48)
    await expect(map2d.getByTestId('readout')).toContainText('95 % CI')
    await shot(page, 'options-oriented')
    await map2d.getByTestId('widget-settings').click()
    await expect(page.getByTestId('orient').getByRole('button', { name: 'by strand' })).toHaveAttribute('aria-pressed', 'true')
    await shot(page, 'options-settings')
    await page.keyboard.press('Escape')
  })

  await test.step('raw counts, computed on demand', async () => {
    expect((await results(peaks)).filter((r) => r.value === 'raw')).toHaveLength(0)
    await map2d.getByRole('button', { name: 'raw', exact: true }).click()
    await compare.drawn(map2d)
    await expect(picture(map2d)).toHaveAttribute('aria-label', /raw counts/)
    const raw = (await results(peaks)).filter((r) => r.value === 'raw')
    expect(raw.map((r) => r.params)).toEqual([{ value: 'raw', weight: 'none', edge: 'drop', orient: 'strand' }])
  })

  await test.step('as in the genome, and the other summary of a bin', async () => {
    for (const w of [map2d, stack, profile]) {
      await choose(w, 'Orientation', 'as in the genome')
      await compare.drawn(w)
      await expect(picture(w)).not.toHaveAttribute('aria-label', /upstream/)
    }
    await choose(profile, 'What a bin holds', 'highest')
    await compare.drawn(profile)
    await expect(picture(profile)).toHaveAttribute('aria-label', /highest signal per bin/)
    await map2d.getByTestId('n-of-n').click()
    await expect(page.getByText('raw counts, nothing masked')).toBeVisible()
    await expect(page.getByText('as in the genome').last()).toBeVisible()
    await shot(page, 'options-genome')
    await page.keyboard.press('Escape')
  })

  await test.step('a map without weights says so, and offers what it has', async () => {
    await map2d.getByRole('button', { name: 'O/E', exact: true }).click()
    await map2d.getByTestId('choose-data').click()
    await page.getByTestId(`choose-${bare.id}`).click()
    await expect(map2d).toContainText('This map has no balancing weights: only raw counts can be shown.')
    await shot(page, 'options-no-weights')
    await map2d.getByTestId('show-instead').click()
    await expect(map2d.getByRole('button', { name: 'raw', exact: true })).toHaveAttribute('aria-pressed', 'true')
  })

  await test.step('both sides of pairs', async () => {
    await compare.addPanel(loops.name)
    const pairs = compare.panels.last()
    for (const name of ['average1d', 'stackup'] as const) {
      const w = await compare.addWidget(pairs, name)
      await compare.drawn(w)
      await w.getByRole('group', { name: 'Anchor' }).getByRole('button', { name: 'right' }).click()
      await compare.drawn(w)
      await expect(picture(w)).toHaveAttribute('aria-label', /right anchor/)
    }
    await expect(pairs).toContainText('± strand')
  })

  await test.step('all of it is kept, also in the dark', async () => {
    await compare.saved()
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.reload()
    await compare.drawn(profile, stack)
    await expect(picture(profile)).toHaveAttribute('aria-label', /highest signal per bin/)
    await shot(page, 'options-dark')
  })
})

test('options of preprocessing, and the weights of a map in words', async ({ page, ada, shot }) => {
  const [peaks, track, map, bare] = await ada.upload(await ada.assembly(), 'promoters.bed', 'CTCF.bw', 'wild_type.mcool', 'unbalanced.cool')
  await signedIn(page, ada, `/preprocess?sets=${peaks.id}&features=${map.id},${track.id}`)
  await page.getByTestId('options').click()
  await page.getByLabel('Raw counts too').check()
  await page.getByRole('group', { name: 'Orientation' }).getByRole('button', { name: 'as in the genome' }).click()
  await expect(page.getByTestId('option-words')).toHaveText('raw counts too, not turned by strand')
  await shot(page, 'options-preprocess')
  await page.getByTestId('choose-everything').click()
  await page.getByTestId('submit-preprocess').click()
  await expect(page.getByTestId('preprocess-answer')).toContainText('All have ended', { timeout: 60_000 })
  const cell = page.getByRole('button', { name: `${peaks.name} × ${map.name}` })
  await expect(cell).toHaveAttribute('data-state', 'finished')
  const { items } = await ada.get<{ items: Result[] }>(`/region-sets/${peaks.id}/results`)
  expect(new Set(items.filter((r) => !r.unavailable).map((r) => `${r.pipeline} ${r.value} ${r.params.orient}`))).toEqual(
    new Set(['pileup iccf none', 'pileup oe none', 'pileup raw none', 'stackup mean none']))
  await page.getByRole('button', { name: 'Back to the usual' }).click()
  await expect(cell).toHaveAttribute('data-state', 'missing')

  await page.goto(`/datasets/${map.id}`)
  await expect(page.getByTestId('weights')).toContainText(/weight multiplicative.*Known by:.*Flatness: at 50 kb the balanced sums of bins vary by (less than )?[\d.]+ %/s)
  await shot(page, 'options-weights')
  await page.goto(`/datasets/${bare.id}`)
  await expect(page.getByText('None: only raw counts can be shown.')).toBeVisible()
})
