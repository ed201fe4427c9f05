import type { Locator, Page } from '@playwright/test'

import { expect, signedIn, test } from './support/test'

/** Everything that was asked for is there, in the words of the picture. */
async function says(locus: Locator, words: RegExp): Promise<void> {
  await expect(locus).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 })
  await expect(locus.getByTestId('locus-figure').getByRole('img')).toHaveAttribute('aria-label', words)
}
async function dark(page: Page, on: boolean): Promise<void> {
  await page.emulateMedia({ colorScheme: on ? 'dark' : 'light' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', on ? 'dark' : 'light')
}

test('5.7 values of a locus: ICCF, O/E and raw, in the address, the table and the files; without a map, without tracks, with an error', async ({ page, ada, shot }) => {
  test.slow()
  const assembly = await ada.assembly()
  const [peaks, , map] = await ada.upload(assembly, 'CTCF_peaks.bed', 'CTCF.bw', 'wild_type.mcool')
  await ada.put('/account/preferences', { theme: '', sequentialMap: 'viridis', divergingMap: 'PuOr' })
  await signedIn(page, ada, `/locus?assembly=${assembly.id}&set=${peaks!.id}&row=40&at=chr1:1,000,001-2,000,000`)
  const locus = page.getByTestId('locus')
  const value = locus.getByTestId('locus-value')
  await test.step('the place of the address is shown; the value goes into it', async () => {
    await says(locus, /chr1:1,000,001–2,000,000.*balanced contact frequency \(ICCF\)/)
    await shot(page, 'locus-no-genes')
    await value.getByRole('button', { name: 'O/E' }).click()
    await says(locus, /in bins of .*, observed \/ expected contacts/)
    await expect(page).toHaveURL(/value=oe/)
    await shot(page, 'locus-oe')
    await dark(page, true)
    await shot(page, 'locus-oe-dark')
    await dark(page, false)
  })
  await test.step('a reload shows the same; the colours are those of the account', async () => {
    await page.reload()
    await says(locus, /chr1:1,000,001–2,000,000.*observed \/ expected contacts/)
    await expect(value.getByRole('button', { name: 'O/E' })).toHaveAttribute('aria-pressed', 'true')
    await locus.getByTestId('range-menu').click()
    await expect(page.getByRole('button', { name: 'PuOr' })).toHaveAttribute('aria-pressed', 'true')
    await page.keyboard.press('Escape')
  })
  await test.step('the table and the files have these numbers, and say where they come from', async () => {
    await locus.getByRole('button', { name: 'Contacts', exact: true }).click()
    await expect(page.getByRole('dialog', { name: /^Contacts/ })).toContainText('observed / expected contacts')
    await page.keyboard.press('Escape')
    const saved = async (id: string): Promise<{ name: string; text: string }> => {
      await locus.getByTestId('locus-export').click()
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId(id).click()])
      const chunks: Buffer[] = []
      for await (const c of await file.createReadStream()) chunks.push(c as Buffer)
      return { name: file.suggestedFilename(), text: Buffer.concat(chunks).toString('utf8') }
    }
    const svg = await saved('export-svg')
    expect(svg.name).toBe('locus__chr1_1000001-2000000__wild_type__oe.svg')
    expect(svg.text).toContain(map!.sha256)
    expect((await saved('export-tsv')).text).toMatch(/^Map\tChromosome 1\t.*observed \/ expected contacts\nwild_type\tchr1\t1000001\t/)
    expect(JSON.parse((await saved('export-manifest')).text)).toMatchObject({ columns: { chrom: 'chr1', start: 1_000_000, end: 2_000_000 }, maps: [{ value: 'oe', weight: 'weight', sha256: map!.sha256 }] })
  })
  await test.step('raw counts; then what is not chosen, and what goes wrong', async () => {
    await value.getByRole('button', { name: 'raw' }).click()
    await says(locus, /contacts \(raw counts\)/)
    await shot(page, 'locus-raw')
    const data = async (name: string): Promise<void> => {
      await locus.getByTestId('locus-data').click()
      await page.getByRole('checkbox', { name }).click()
      await page.keyboard.press('Escape')
    }
    await data('CTCF')
    await says(locus, /^(?!.*signal of)/)
    await shot(page, 'locus-no-tracks')
    await data('CTCF')
    await data('wild_type')
    await says(locus, /^(?!.*contact map)/)
    await shot(page, 'locus-no-map')
    await page.route('**/locus/contacts*', (route) => route.fulfill({ status: 503, json: { status: 503, code: 'unavailable', detail: 'The data volume does not answer. Try again in a moment.' } }))
    await data('wild_type')
    await value.getByRole('button', { name: 'ICCF' }).click()
    await page.keyboard.press('-')
    await expect(locus.getByRole('alert')).toContainText('The data volume does not answer')
    await shot(page, 'locus-error')
    await dark(page, true)
    await shot(page, 'locus-error-dark')
  })
})

test('5.7 a pair on two chromosomes: anchor 1 against anchor 2, with its tracks, values and address', async ({ page, ada, shot }) => {
  test.slow()
  const assembly = await ada.assembly()
  await ada.genes(assembly, 'demo genes')
  const text = 'chr1\t1500000\t1502000\tchr2\t2500000\t2502000\ttrans\t0\t+\t-\nchr1\t1200000\t1201000\tchr1\t1600000\t1601000\tcis\t0\t+\t-\n'
  const [pairs] = await ada.upload(assembly, { name: 'pairs.bedpe', text }, 'CTCF.bw', 'wild_type.mcool')
  await signedIn(page, ada, `/datasets/${pairs!.id}`)
  const locus = page.getByTestId('locus')
  // Slow data: what one sees meanwhile.
  let go: () => void = () => undefined
  const held = new Promise<void>((resolve) => (go = resolve))
  await page.route('**/locus/contacts*', async (route) => {
    await held
    await route.fallback()
  })
  await page.getByTestId('open-locus').first().click()
  await expect(locus.getByTestId('locus-where')).toContainText('×')
  await shot(page, 'locus-loading')
  go()
  await says(locus, /Contacts of chr1:.*\(vertical axis\) with chr2:.*\(horizontal axis\).*contact map of wild_type in bins of/)
  await expect(locus.getByTestId('locus-title')).toHaveText('trans · chr1:1,500,001–1,502,000 (+) – chr2:2,500,001–2,502,000')
  const anchor = locus.getByRole('group', { name: 'Anchor' })
  await expect(anchor.getByRole('button')).toHaveText(['1 × 2', 'anchor 1', 'anchor 2'])
  await page.keyboard.press('-')
  await page.keyboard.press('-')
  const where = locus.getByTestId('locus-where')
  const before = await where.innerText()
  await page.keyboard.press(']')
  await expect(where).not.toHaveText(before)
  expect((await where.innerText()).split(' × ')[1]).toBe(before.split(' × ')[1])
  await locus.getByTestId('locus-value').getByRole('button', { name: 'O/E' }).click()
  await says(locus, /horizontal axis.*observed \/ expected contacts/)
  await shot(page, 'locus-trans-oe')
  await locus.getByTestId('locus-value').getByRole('button', { name: 'ICCF' }).click()
  await says(locus, /horizontal axis.*ICCF/)
  const moved = await where.innerText()
  await locus.getByRole('button', { name: 'As a page of its own' }).click()
  await expect(page).toHaveURL(/\/locus\?.*y=chr1/)
  await says(locus, /horizontal axis/)
  await expect(where).toHaveText(moved)
  await page.reload()
  await says(locus, /horizontal axis/)
  await expect(where).toHaveText(moved)
  await shot(page, 'locus-trans')
  await dark(page, true)
  await shot(page, 'locus-trans-dark')
  await page.keyboard.press('n')
  await says(locus, /^Locus chr1:/)
  await expect(anchor.getByRole('button')).toHaveText(['both', '1 × 2', 'anchor 1', 'anchor 2'])
  await anchor.getByRole('button', { name: '1 × 2' }).click()
  await says(locus, /Contacts of chr1:.*\(vertical axis\) with chr1:/)
  await shot(page, 'locus-cis-rectangle-dark')
})
