import { expect, signedIn, test } from './support/test'

test('P14 runs and files are told by the bell, live; one and all are marked as read', async ({ page, ada, shot }) => {
  const assembly = await ada.assembly()
  await signedIn(page, ada, '/account')
  const bell = page.getByTestId('bell')
  await bell.click()
  await expect(page.getByText('Nothing yet.')).toBeVisible()
  await shot(page, 'bell-empty')
  await page.keyboard.press('Escape')

  const [set, track] = await ada.upload(assembly, 'TAD_boundaries.bed', 'CTCF.bw')
  await expect(page.getByTestId('unread')).toHaveText('1') // told without a reload
  await ada.upload(assembly, 'promoters.bed')
  await ada.preprocess([set], [track])
  await expect(page.getByTestId('unread')).toHaveText('2') // both files in one, and the runs
  await bell.click()
  const rows = page.getByTestId('notification')
  await expect(rows).toHaveCount(2)
  await expect(rows.nth(1)).toContainText('2 region sets are ready')
  await expect(rows.nth(0)).toContainText('Stackup of “CTCF” at “TAD_boundaries” is ready')
  await shot(page, 'bell-full')
  await page.getByRole('button', { name: 'Mark “2 region sets are ready” as read' }).click()
  await expect(page.getByTestId('unread')).toHaveText('1')
  await page.getByTestId('read-all').click()
  await expect(page.getByTestId('unread')).toHaveCount(0)
  await rows.nth(0).getByRole('link').click()
  await expect(page).toHaveURL(/\/runs\?run=\d+/)
  await page.goto('/notifications')
  await expect(page.getByTestId('notification')).toHaveCount(2)
  await shot(page, 'notifications')
  await page.getByRole('button', { name: 'Unread' }).click()
  await expect(page.getByText('No unread notifications')).toBeVisible()
})

test('P14 a run that failed is told by the bell with its reason, and leads to what can be done', async ({ page, ada, shot }) => {
  const [set] = await ada.upload(await ada.assembly(), 'promoters.bed')
  await signedIn(page, ada, '/sessions')
  await page.getByTestId('bell').click()
  await page.getByTestId('read-all').click()
  await page.keyboard.press('Escape')
  // No promoter is that wide: the run finds nothing and fails, as one does that was asked for on the page.
  await ada.post('/region-sets/derive', { operation: 'filter', datasetIds: [set!.id], name: 'wide promoters', where: [{ column: 'width', op: 'ge', value: '100000000' }] })
  await expect(page.getByTestId('unread')).toHaveText('1')
  await page.getByTestId('bell').click()
  const row = page.getByTestId('notification').filter({ hasText: 'New region set “wide promoters” failed' })
  await expect(row).toContainText('no region')
  await shot(page, 'bell-failed')
  await row.getByRole('link').click()
  await expect(page).toHaveURL(/\/runs\?run=\d+/)
  await expect(page.getByRole('row').and(page.locator('.marked'))).toHaveAttribute('data-state', 'failed')
  await expect(page.getByRole('cell', { name: /no region/i })).toBeVisible()
  await expect(page.getByTestId('unread')).toHaveCount(0) // it has been looked at
})

test('a bulk request is one notification, and nobody else is told', async ({ page, ada, bob }) => {
  const assembly = await ada.assembly()
  const data = await ada.upload(assembly, 'TAD_boundaries.bed', 'CTCF_peaks.bed', 'promoters.bed', 'CTCF.bw', 'H3K27ac.bw')
  await ada.preprocess(data.slice(0, 3), data.slice(3))
  // Uploads that end one after the other may make one notification or several.
  const ofRuns = async (): Promise<string[]> => (await ada.get<{ items: { title: string }[] }>('/notifications')).items.map((n) => n.title).filter((t) => !t.endsWith('ready'))
  await expect.poll(ofRuns).toEqual(['6 runs have finished'])
  expect((await bob.get<{ items: unknown[] }>('/notifications')).items).toEqual([])
  await signedIn(page, bob)
  await expect(page.getByTestId('bell')).toBeVisible()
  await expect(page.getByTestId('unread')).toHaveCount(0)
})

test('P15 a finished run makes its pictures appear in open panels; a failed one is marked and can be run again', async ({ page, ada }) => {
  const [set, track] = await ada.upload(await ada.assembly(), 'TAD_boundaries.bed', 'CTCF.bw', 'unbalanced.cool')
  const session = await ada.session('open', { version: 1, panels: [{ id: 'p', title: '', regionSetId: set.id, window: 400000, collapsed: false, span: 1, widgets: [{ id: 'w', type: 'stackup', span: 1, featureIds: [track.id], bin: 10000, options: {} }] }] })
  await signedIn(page, ada, `/compare/${session.id}`)
  await expect(page.getByTestId('widget-stackup')).toBeVisible()
  await ada.preprocess([set], [track])
  await expect(page.getByTestId('widget-stackup')).toHaveAttribute('data-status', 'ready', { timeout: 30_000 })

  await page.route('**/api/v1/runs?*', async (route) => {
    const answer = await route.fetch()
    const body = (await answer.json()) as { items: { state: string; error?: unknown }[] }
    for (const r of body.items.slice(0, 1)) Object.assign(r, { state: 'failed', error: { code: 'internal', message: 'the worker was lost' } })
    await route.fulfill({ response: answer, json: body })
  })
  await page.goto('/runs')
  const row = page.getByRole('row').filter({ hasText: 'TAD_boundaries' }).first()
  await expect(row).toHaveAttribute('data-state', 'failed')
  await expect(page.getByRole('cell', { name: 'the worker was lost' })).toBeVisible()
  await expect(row.getByRole('button', { name: /^Run again/ })).toBeVisible()
})

test('a kind that is switched off is not told any more, and the switch goes back when it cannot be saved', async ({ page, ada, shot }) => {
  await signedIn(page, ada, '/account')
  const settings = page.getByRole('region', { name: 'Notifications' })
  const files = settings.getByLabel('Uploaded files are ready')
  await expect(files).toBeChecked()
  await files.uncheck()
  await expect.poll(async () => (await ada.get<{ kinds: string[] }>('/notifications/settings')).kinds).not.toContain('upload_checked')
  await shot(page, 'notification-settings')
  await ada.upload(await ada.assembly(), 'promoters.bed')
  expect((await ada.get<{ items: unknown[] }>('/notifications')).items).toEqual([])
  await page.route('**/api/v1/notifications/settings', (route) => (route.request().method() === 'PUT' ? route.fulfill({ status: 503, json: { status: 503 } }) : route.continue()))
  await files.check({ force: true }).catch(() => undefined) // it goes back at once
  await expect(settings.getByRole('alert')).toContainText('busy or restarting')
  await expect(files).not.toBeChecked()
})
