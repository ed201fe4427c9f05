import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'

import type { Dataset } from '../src/api/types'

import type { Api } from './support/api'
import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

async function setUp(ada: Api): Promise<{ peaks: Dataset; loops: Dataset; track: Dataset; map: Dataset }> {
  const assembly = await ada.assembly()
  await ada.genes(assembly, 'demo genes')
  const [peaks, loops, track, map] = await ada.upload(assembly, 'CTCF_peaks.bed', 'Loops.bedpe', 'CTCF.bw', 'wild_type.mcool')
  return { peaks, loops, track, map }
}

/** Everything that was asked for is there. */
async function drawn(locus: Locator): Promise<void> {
  await expect(locus).toHaveAttribute('aria-busy', 'false')
  await expect(locus.getByTestId('locus-figure').getByRole('img')).toHaveAttribute('aria-label', /contact map of wild_type in bins of .* genes/)
}

async function clean(page: Page, inside: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(inside).analyze()
  expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([])
}

async function dark(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
}

test('5.7 locus view from a row of a stackup: map, track and genes; next and previous in its order; keep, drop and label feed the selection', async ({ page, ada, shot }) => {
  test.slow()
  const { peaks, track, map } = await setUp(ada)
  await ada.preprocess([peaks], [track])
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/compare')
  await compare.addPanel(peaks.name)
  const panel = compare.panels.first()
  const stack = await compare.addWidget(panel, 'stackup')
  await compare.drawn(stack)
  const total = peaks.facts.regions!.count
  const locus = page.getByTestId('locus')
  const title = locus.getByTestId('locus-title')

  await test.step('a click on a row opens it', async () => {
    await compare.pointAt(stack, 0.45, 0.3)
    await page.mouse.down()
    await page.mouse.up()
    await expect(locus).toBeVisible()
    await drawn(locus)
    await expect(locus.getByTestId('locus-at')).toHaveText(/^[\d,]+ of [\d,]+$/)
    await expect(locus).toContainText('rows of CTCF by')
    await expect(title).toHaveText(/chr\d:[\d,]+–[\d,]+/)
    await expect(locus.getByTestId('locus-figure').getByRole('img')).toHaveAttribute('aria-label', /signal of CTCF/)
    await shot(page, 'locus-stackup')
    await clean(page, '[data-locus]')
    await dark(page)
    await shot(page, 'locus-stackup-dark')
    await clean(page, '[data-locus]')
    await page.emulateMedia({ colorScheme: 'light' })
  })
  const first = await title.innerText()
  const at = async (): Promise<number> => Number((await locus.getByTestId('locus-at').innerText()).split(' ')[0].replaceAll(',', ''))
  await test.step('next and previous are those of the stack', async () => {
    const begin = await at()
    await page.keyboard.press('n')
    await expect.poll(at).toBe(begin + 1)
    await expect(title).not.toHaveText(first)
    await drawn(locus)
    await page.keyboard.press('p')
    await expect(title).toHaveText(first)
    await expect.poll(at).toBe(begin)
  })
  await test.step('zoom, pan and back by keyboard; the resolution follows', async () => {
    const where = locus.getByTestId('locus-where')
    const before = await where.innerText()
    await page.keyboard.press('-')
    await expect(where).not.toHaveText(before)
    const wide = await where.innerText()
    await page.keyboard.press('.')
    await expect(where).not.toHaveText(wide)
    await page.keyboard.press('0')
    await expect(where).toHaveText(before)
    await locus.getByTestId('locus-bin').selectOption({ label: '50 kb' })
    await expect(locus.getByTestId('locus-figure').getByRole('img')).toHaveAttribute('aria-label', /in bins of 50 kb/)
    await locus.getByTestId('locus-bin').selectOption({ index: 0 })
    await drawn(locus)
  })
  await test.step('keep and drop are the selection of the set, and go on', async () => {
    const begin = await at()
    await page.keyboard.press('d')
    await expect(locus.getByTestId('locus-said')).toContainText('dropped')
    await expect(locus.getByTestId('selected-note')).toContainText(`n = ${(total - 1).toLocaleString('en-US')} of`)
    await expect.poll(at).toBe(begin + 1)
    await page.keyboard.press('p')
    await expect(locus.getByTestId('locus-drop')).toHaveText('Dropped')
    await expect(title).toHaveText(first)
    await page.keyboard.press('k')
    await expect(locus.getByTestId('selected-note')).toContainText(`n = ${total.toLocaleString('en-US')} of`)
    await page.keyboard.press('Control+z')
    await expect(locus.getByTestId('selected-note')).toContainText(`n = ${(total - 1).toLocaleString('en-US')} of`)
  })
  await test.step('labels are kept over a reload and become a column', async () => {
    await page.keyboard.press('l')
    await page.getByTestId('label-word').getByRole('textbox').fill('strong')
    await page.keyboard.press('Enter')
    await expect(locus.getByTestId('locus-said')).toContainText('labelled “strong”')
    await locus.getByTestId('locus-next').getByRole('button').or(locus.getByTestId('locus-next')).first().click()
    await page.keyboard.press('l')
    await expect(page.getByRole('button', { name: /^strong 1$/ })).toBeVisible()
    await shot(page, 'locus-label')
    await page.getByTestId('labels-to-column').click()
    await expect(locus.getByTestId('locus-said')).toContainText('has a column “label”')
    const columns = async (): Promise<string[]> => (await ada.get<{ columns: { name: string }[] }>(`/datasets/${peaks.id}/regions?limit=1`)).columns.map((c) => c.name)
    await expect.poll(columns).toContain('label')
  })
  await test.step('tables of the numbers, and Escape leads back', async () => {
    await locus.getByRole('button', { name: 'Genes', exact: true }).click()
    await expect(page.getByRole('dialog', { name: /^Genes/ }).getByTestId('table-row').first()).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog', { name: /^Genes/ })).toHaveCount(0)
    await locus.getByTestId('locus-close').click()
    await expect(locus).toHaveCount(0)
    await expect(panel.getByTestId('selection')).toContainText(`${(total - 1).toLocaleString('en-US')} of`)
  })
  expect(map.kind).toBe('contacts')
})

test('5.7 locus view from a line of a table of regions, of pairs with both anchors, and as a page with an address', async ({ page, ada, shot }) => {
  test.slow()
  const { loops } = await setUp(ada)
  await signedIn(page, ada, `/datasets/${loops.id}`)
  const locus = page.getByTestId('locus')
  await page.getByTestId('open-locus').nth(2).click()
  await drawn(locus)
  await expect(locus.getByTestId('locus-at')).toHaveText(`3 of ${loops.facts.regions!.count.toLocaleString('en-US')}`)
  await expect(locus).toContainText('in the order of the file')
  await expect(locus.getByRole('group', { name: 'Anchor' })).toBeVisible()
  await shot(page, 'locus-pair')
  const both = await locus.getByTestId('locus-where').innerText()
  await locus.getByRole('group', { name: 'Anchor' }).getByRole('button', { name: 'anchor 2' }).click()
  await expect(locus.getByTestId('locus-where')).not.toHaveText(both)
  await locus.getByRole('group', { name: 'Anchor' }).getByRole('button', { name: 'both' }).click()
  await expect(locus.getByTestId('locus-where')).toHaveText(both)
  const name = await locus.getByTestId('locus-title').innerText()
  await locus.getByTestId('locus-page').click()
  await expect(page).toHaveURL(/\/locus\?.*set=\d+/)
  await drawn(locus)
  await page.reload()
  await drawn(locus)
  await expect(locus.getByTestId('locus-title')).toHaveText(name)
  await expect(locus.getByTestId('locus-where')).toHaveText(both)
  await shot(page, 'locus-page')
  await dark(page)
  await shot(page, 'locus-page-dark')
})
