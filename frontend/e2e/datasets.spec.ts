import { readFileSync } from 'node:fs'

import { unique } from './support/api'
import { file } from './support/stack'
import { expect, signedIn, test } from './support/test'

test('a dataset is private until its owner lets everyone read it', async ({ page, ada, bob, browser, baseURL, shot }) => {
  const name = unique('shared')
  const [d] = await ada.upload(await ada.assembly(), { name: `${name}.bed`, text: 'chr1\t100\t200\nchr2\t300\t400\n' })
  const others = await browser.newPage({ baseURL })
  await signedIn(others, bob, `/datasets/${d.id}`)
  await expect(others.getByText('There is no such dataset')).toBeVisible()

  await signedIn(page, ada, `/datasets/${d.id}`)
  await page.getByTestId('share').click()
  const dialog = page.getByTestId('share-dialog')
  const share = dialog.getByRole('checkbox', { name: 'Everyone with an account can read' })
  await share.click()
  await expect(share).toBeChecked()
  await expect(dialog.getByRole('status')).toHaveText('saved')
  await expect.poll(() => bob.get<{ items: { name: string }[] }>(`/datasets?q=${name}`).then((l) => l.items.length)).toBe(1)
  await others.goto(`/datasets/regions?q=${name}`)
  await others.getByRole('link', { name }).click()
  await expect(others.getByRole('heading', { name })).toBeVisible()
  await expect(others.getByText('Everyone with an account may read it.')).toBeVisible()
  await expect(others.getByRole('cell', { name: 'chr2' })).toBeVisible()
  for (const button of ['Edit', 'Delete']) await expect(others.getByRole('button', { name: button, exact: true })).toHaveCount(0)
  await shot(others, 'dataset-of-somebody-else')

  await share.click()
  await expect(share).not.toBeChecked()
  await expect.poll(() => bob.get<{ items: { name: string }[] }>(`/datasets?q=${name}`).then((l) => l.items.length)).toBe(0)
  await others.reload()
  await expect(others.getByText('There is no such dataset')).toBeVisible()
  await others.close()
})

test('P12 deleting asks, says what goes along, and takes it along', async ({ page, ada, shot }) => {
  const sets = await ada.upload(await ada.assembly(), 'TAD_boundaries.bed', 'CTCF.bw')
  await ada.preprocess([sets[0]], [sets[1]])
  const panel = { id: 'p', title: '', regionSetId: sets[0].id, window: -1, widgets: [{ id: 'w', type: 'stackup', span: 1, featureIds: [sets[1].id], bin: 0, options: {} }] }
  await ada.session('Boundaries and CTCF', { version: 1, panels: [panel] })
  await signedIn(page, ada, '/datasets/features')

  await page.getByRole('button', { name: 'Delete CTCF' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByTestId('dependants')).toContainText(/\d+ computed results/)
  await expect(dialog.getByTestId('dependants')).toContainText('“Boundaries and CTCF”')
  await shot(page, 'delete-with-dependants')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('link', { name: 'CTCF' })).toBeVisible()

  await page.getByRole('button', { name: 'Delete CTCF' }).click()
  await page.getByTestId('confirm').click()
  await expect(page.getByText('No features yet')).toBeVisible()
  expect((await ada.get<{ items: unknown[] }>(`/region-sets/${sets[0].id}/results`)).items).toEqual([])
  await page.getByRole('link', { name: 'Sessions' }).click()
  await page.getByRole('link', { name: 'Boundaries and CTCF' }).click()
  await expect(page.getByTestId('widget-stackup')).toContainText('no longer exists')
})

test('an assembly of one\'s own: mistakes are shown by line, and it can be deleted while nothing uses it', async ({ page, ada }) => {
  const name = unique('mine')
  const sizes = (text: string): { name: string; mimeType: string; buffer: Buffer } => ({ name: 'chrom.sizes', mimeType: 'text/plain', buffer: Buffer.from(text) })
  await signedIn(page, ada, '/assemblies')
  await page.getByRole('button', { name: 'New assembly' }).click()
  const form = page.getByRole('region', { name: 'New assembly' })
  await form.getByRole('button', { name: 'Create' }).click()
  await expect(form).toContainText('Choose the file of chromosome sizes.')
  await form.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByTestId('sizes').setInputFiles(sizes('chr1\t1000\nchr2\tlong\n'))
  await form.getByRole('button', { name: 'Create' }).click()
  await expect(form.getByRole('row').filter({ hasText: 'long' })).toContainText('2')
  await page.getByTestId('sizes').setInputFiles(sizes('chr1\t100000\nchr2\t50000\n'))
  await form.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText('whole chromosomes')

  await page.getByRole('button', { name: `Delete ${name}` }).click()
  await page.getByTestId('confirm').click()
  await expect(page.getByRole('row').filter({ hasText: name })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Delete hg38' })).toHaveCount(0)
})

test('the file comes back byte for byte', async ({ page, ada }) => {
  const [d] = await ada.upload(await ada.assembly(), 'loops.bedpe')
  await signedIn(page, ada, `/datasets/${d.id}`)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download', exact: true }).click()
  const got = await download
  expect(got.suggestedFilename()).toBe('loops.bedpe')
  expect(readFileSync(await got.path()).equals(readFileSync(file('loops.bedpe')))).toBe(true)
})

test('the list is searched by name, tag and cell type, and the search is in the address', async ({ page, ada }) => {
  const assembly = await ada.assembly()
  const sets = await ada.upload(assembly, 'CTCF_peaks.bed', 'enhancers.bed', 'promoters.bed')
  await signedIn(page, ada, `/datasets/${sets[1].id}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Cell type').fill('HeLa Kyoto')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: 'Datasets', exact: true }).click()
  await expect(page.getByRole('link', { name: 'promoters' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Search names, tags, cell types' }).fill('kyoto')
  await expect(page.getByRole('link', { name: 'promoters' })).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'enhancers' })).toBeVisible()
  await expect(page).toHaveURL(/q=kyoto/)
  await page.reload()
  await expect(page.getByRole('link', { name: 'enhancers' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'CTCF_peaks' })).toHaveCount(0)
})

test('a preview of regions that are all equally wide says so instead of drawing one block', async ({ page, ada, shot }) => {
  const assembly = await ada.assembly()
  const [same, other] = await ada.upload(assembly, 'CTCF_peaks.bed', { name: 'two.bed', text: 'chr1\t100\t200\nchr1\t1000\t1300\n' })
  await signedIn(page, ada, `/datasets/${same!.id}`)
  const preview = page.locator('.preview').filter({ has: page.getByRole('heading', { name: 'Preview' }) })
  await expect(preview).toContainText(/All [\d,]+ values are 300 bp/) // peaks of the demo genome are written as ± 150 bp
  await expect(preview.getByRole('img')).toHaveCount(0)
  await shot(page, 'preview-of-equal-widths')
  await page.goto(`/datasets/${other!.id}`)
  await expect(preview.getByRole('img', { name: /2 values from 100 to 300/ })).toBeVisible()
})
