import type { RegionPage } from '../src/api/types'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

const BED = 'chr1\t1000\t2000\tgeneA\t5\t+\nchr1\t5000\t6000\tgeneB\t6\t-\nchr1\t9000\t9500\tgeneC\t7\t+\nchr1\t20000\t21000\tgeneD\t8\t+\n'
const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

test('P8 metadata of regions: a table is looked at, joined by name, and its columns sort, filter, are edited and deleted', async ({ page, ada, shot }) => {
  test.slow()
  const [set] = await ada.upload(await ada.assembly(), { name: 'genes.bed', text: BED })
  await signedIn(page, ada, `/datasets/${set.id}`)
  const section = page.getByRole('region', { name: 'Metadata', exact: true })
  const dialog = page.getByRole('dialog', { name: 'Add metadata' })
  const outcome = dialog.getByTestId('join-outcome')
  const add = dialog.getByRole('button', { name: /^Add/ })

  await test.step('a file that cannot be read is refused by line, and nothing is lost', async () => {
    await expect(section).toContainText('can be joined from a CSV or TSV file')
    await shot(page, 'metadata-empty')
    await section.getByTestId('add-metadata').click()
    await dialog.getByTestId('metadata-file').setInputFiles(csv('bad.csv', 'gene,fold\ngeneA,1\ngeneB\n'))
    await expect(dialog).toContainText('bad.csv has an error on line 3')
    await expect(add).toBeDisabled()
    await shot(page, 'metadata-error')
  })

  await test.step('the preview counts both sides, and rows that disagree must be decided', async () => {
    await dialog.getByTestId('metadata-file').setInputFiles(csv('screen.csv', 'gene;fold;cluster;score\ngeneC;2.5;1;x\ngeneA;-1;2;y\ngeneA;-3;2;y\nnobody;9;1;z\n'))
    await expect(outcome).toContainText('2 of 4 regions found a row, of 4 rows')
    await expect(dialog.getByRole('radio', { name: /^Name/ })).toBeChecked()
    await expect(dialog.getByRole('alert').filter({ hasText: '"geneA" on lines 3 and 4' })).toBeVisible()
    await expect(add).toBeDisabled()
    await dialog.getByText('2 regions without a row').click()
    await expect(dialog).toContainText('chr1:5000-6000 geneB')
    await dialog.getByLabel('Where several rows disagree').selectOption('The first row counts')
    await expect(add).toHaveText('Add 3 columns')
    await expect(dialog.getByLabel('Type of cluster')).toHaveValue('categorical')
    // The set has a score of its own.
    await expect(dialog.getByLabel('Name of score')).toHaveValue('score_2')
    await dialog.getByLabel('Name of score').fill('name')
    await add.click()
    await expect(dialog).toContainText('The file of the region set has a column of this name')
    await expect(dialog.getByLabel('Name of score')).toHaveValue('name')
    await dialog.getByLabel('Join score').uncheck()
    await expect(add).toHaveText('Add 2 columns')
    await shot(page, 'metadata-preview')
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(page, 'metadata-preview-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await add.click()
    await expect(dialog).toBeHidden()
  })

  await test.step('it is listed, and the table of regions has its columns', async () => {
    await expect(section.getByTestId('metadata')).toContainText('joined by name: 2 of 4 regions, 1 row left out')
    const regions = page.getByRole('region', { name: 'Regions', exact: true }).last()
    await regions.getByRole('button', { name: 'fold', exact: true }).click()
    await expect(regions.getByRole('row').nth(1)).toContainText('geneA')
    await regions.getByRole('button', { name: 'fold', exact: true }).click()
    await expect(regions.getByRole('row').nth(1)).toContainText('geneC')
    await shot(page, 'metadata-joined')
  })

  await test.step('by row order it needs as many rows; by coordinates other names of chromosomes do', async () => {
    await section.getByTestId('add-metadata').click()
    await dialog.getByTestId('metadata-file').setInputFiles(csv('places.tsv', 'chr\tstart\tend\tpeak\n1\t20000\t21000\tyes\n1\t5000\t6000\tno\n'))
    await expect(outcome).toContainText('2 of 4 regions')
    await expect(dialog).toContainText('starts count from 0')
    await dialog.getByRole('radio', { name: /^Row order/ }).check()
    await expect(dialog.getByRole('alert').filter({ hasText: 'it has 2, the set 4' })).toBeVisible()
    await expect(add).toBeDisabled()
    await dialog.getByRole('radio', { name: /^Coordinates/ }).check()
    await expect(outcome).toContainText('2 of 4 regions')
    await add.click()
    await expect(section.getByTestId('metadata')).toHaveCount(2)
  })

  await test.step('columns are renamed, taken in another way and deleted', async () => {
    await section.getByRole('button', { name: 'Rename the column cluster' }).click()
    await section.getByLabel('New name').fill('fold')
    await section.getByLabel('New name').press('Enter')
    await expect(section.getByRole('alert').filter({ hasText: 'have a column of this name' })).toBeVisible()
    await section.getByLabel('New name').fill('k')
    await section.getByLabel('New name').press('Enter')
    await section.getByLabel('Type of k').selectOption('Numeric')
    await expect.poll(async () => (await ada.get<RegionPage>(`/datasets/${set.id}/regions`)).columns.find((c) => c.name === 'k')?.numeric).toBe(true)
    await section.getByRole('button', { name: 'Delete the column k' }).click()
    await page.getByTestId('confirm').click()
    await expect(section.getByLabel('Type of k')).toHaveCount(0)
    await section.getByRole('button', { name: 'Delete places' }).click()
    await page.getByTestId('confirm').click()
    await expect(section.getByTestId('metadata')).toHaveCount(1)
  })
})

test('P8 columns of a region set are sort and group keys of stackups', async ({ page, ada, shot }) => {
  test.slow()
  const [set, track] = await ada.upload(await ada.assembly(), 'promoters.bed', 'H3K27ac.bw')
  await ada.preprocess([set], [track])
  const all = await ada.get<RegionPage>(`/datasets/${set.id}/regions?limit=100000`)
  // Every third region is in group B; places count down from the first region on.
  const rows = all.items.map((r) => `${r.chrom}\t${r.start}\t${r.end}\t${r.index % 3 === 0 ? 'B' : 'A'}\t${all.all - r.index}`)
  await signedIn(page, ada, `/datasets/${set.id}`)
  const section = page.getByRole('region', { name: 'Metadata', exact: true })
  await section.getByTestId('add-metadata').click()
  const dialog = page.getByRole('dialog', { name: 'Add metadata' })
  await dialog.getByTestId('metadata-file').setInputFiles(csv('groups.tsv', `chrom\tstart\tend\tcluster\tplace\n${rows.join('\n')}\n`))
  await expect(dialog.getByTestId('join-outcome')).toContainText(`${all.all} of ${all.all} regions`)
  await dialog.getByRole('button', { name: 'Add 2 columns' }).click()
  await expect(section.getByTestId('metadata')).toBeVisible()

  const compare = new ComparePage(page)
  await compare.open()
  await compare.addPanel(set.name)
  const stack = await compare.addWidget(compare.panels.first(), 'stackup')
  await compare.drawn(stack)
  const picture = stack.getByRole('img').first()
  await stack.getByTestId('sort').selectOption('place')
  await expect(picture).toHaveAttribute('aria-label', /sorted by place, descending/)
  await compare.pointAt(stack, 0.5, 0.5)
  await stack.getByTestId('group').selectOption('cluster')
  const [a, b] = [rows.filter((r) => r.includes('\tA\t')).length, rows.filter((r) => r.includes('\tB\t')).length]
  await expect(picture).toHaveAttribute('aria-label', new RegExp(`grouped by cluster: A, ${a} regions; B, ${b} regions, sorted by place`))
  await compare.drawn(stack)
  await compare.pointAt(stack, 0.5, 0.8)
  await expect(stack.getByTestId('readout')).toContainText('cluster: B')
  await shot(page, 'metadata-stackup')
  await compare.saved()

  // The column goes: the figure says so and is sorted in another way.
  const [table] = (await ada.get<{ items: { id: number }[] }>(`/datasets/${set.id}/metadata`)).items
  await ada.remove(`/metadata/${table.id}`)
  await page.reload()
  await compare.drawn(stack)
  await expect(stack).toContainText('no longer has the columns “place” and “cluster”; the rows are sorted by the centre and not grouped')
  await shot(page, 'metadata-stackup-gone')
})
