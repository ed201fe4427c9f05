import { expect, signedIn, test } from './support/test'

const panel = (set: number, track: number): unknown => ({
  version: 1,
  panels: [{ id: 'p', title: '', regionSetId: set, window: -1, collapsed: false, span: 1, widgets: [{ id: 'w', type: 'stackup', span: 1, featureIds: [track], bin: 0, options: {} }] }],
})

test('what is deleted is in the trash, its session says so, and it comes back whole', async ({ page, ada, shot }) => {
  const [set, track] = await ada.upload(await ada.assembly(), 'TAD_boundaries.bed', 'CTCF.bw')
  await ada.preprocess([set], [track])
  const session = await ada.session('Boundaries and CTCF', panel(set.id, track.id))
  await signedIn(page, ada, `/datasets/${track.id}`)
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByTestId('dependants')).toContainText('“Boundaries and CTCF”')
  await expect(dialog).toContainText('in the trash for 30 days')
  await dialog.getByTestId('confirm').click()
  await expect(dialog).toHaveCount(0)

  await page.goto(`/datasets/${track.id}`)
  await expect(page.getByTestId('in-trash')).toContainText('is in the trash until')
  await shot(page, 'dataset-in-trash')
  await page.goto(`/compare/${session.id}`)
  await expect(page.getByTestId('trashed')).toContainText('CTCF is in the trash, for')
  await shot(page, 'session-with-trashed-data')
  await page.getByRole('button', { name: 'Restore CTCF' }).click()
  await expect(page.getByTestId('trashed')).toHaveCount(0)
  await expect(page.getByTestId('widget-stackup')).toHaveAttribute('data-status', 'ready', { timeout: 30_000 })
  expect((await ada.get<{ items: unknown[] }>(`/region-sets/${set.id}/results`)).items.length).toBeGreaterThan(0)
})

test('the trash: empty, one restored, one deleted for good, the rest emptied', async ({ page, ada, bob, shot }) => {
  await signedIn(page, ada, '/trash')
  await expect(page.getByText('The trash is empty')).toBeVisible()
  await shot(page, 'trash-empty')
  const sets = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'enhancers.bed', 'promoters.bed', 'TAD_boundaries.bed')
  await ada.post('/datasets/delete', { ids: sets.map((d) => d.id) })
  await page.reload()
  const row = (name: string): ReturnType<typeof page.getByRole> => page.getByRole('row').filter({ hasText: name })
  await expect(row('enhancers')).toContainText('for 29 more days')
  await shot(page, 'trash-full')
  await page.getByRole('button', { name: 'Theme: as the system. Switch to light' }).click()
  await page.getByRole('button', { name: 'Theme: light. Switch to dark' }).click()
  await shot(page, 'trash-full-dark')

  await page.getByRole('button', { name: 'Restore enhancers' }).click()
  await expect(row('enhancers')).toHaveCount(0)
  expect((await ada.datasets()).map((d) => d.name)).toEqual(['enhancers'])
  await page.getByRole('button', { name: 'Delete promoters for good' }).click()
  await expect(page.getByRole('dialog')).toContainText('cannot be undone')
  await page.getByTestId('confirm').click()
  await expect(row('promoters')).toHaveCount(0)
  await page.getByTestId('empty-trash').click()
  await expect(page.getByRole('dialog')).toContainText('2 things')
  await page.getByTestId('confirm').click()
  await expect(page.getByText('The trash is empty')).toBeVisible()
  expect((await bob.get<{ items: unknown[] }>('/trash')).items).toEqual([])
})

test('P12 a dataset is deleted although somebody is processing it, and their run says why it stopped', async ({ ada, bob }) => {
  const assembly = await ada.assembly()
  const points = Array.from({ length: 60_000 }, (_, i) => `chr1\t${100 + i * 130}\t${101 + i * 130}`).join('\n')
  const [set, track] = await ada.upload(assembly, { name: 'many_points.bed', text: points }, 'CTCF.bw')
  for (const d of [set, track]) await ada.patch(`/datasets/${d.id}`, { public: true })
  const { runs } = await bob.post<{ runs: { id: number }[] }>('/preprocess', { regionSetIds: [set.id], featureIds: [track.id] })
  await ada.post('/datasets/delete', { ids: [track.id] })
  await expect.poll(async () => (await bob.get<{ state: string }>(`/runs/${runs[0].id}`)).state, { timeout: 30_000 }).toBe('cancelled')
  const run = await bob.get<{ error: { message: string } }>(`/runs/${runs[0].id}`)
  expect(run.error.message).toContain('was moved to the trash by')
})

test('a trash that cannot be read says so, and is read again', async ({ page, ada, shot }) => {
  await page.route('**/api/v1/trash', (route) => route.fulfill({ status: 500, json: { code: 'internal', detail: 'Something went wrong on the server.', status: 500 } }), { times: 1 })
  await signedIn(page, ada, '/trash')
  await expect(page.getByRole('alert')).toContainText('Something went wrong')
  await shot(page, 'trash-error')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('The trash is empty')).toBeVisible()
})
