import type { Page, PlaywrightWorkerArgs } from '@playwright/test'

import type { Dataset, Run } from '../src/api/types'

import { Api } from './support/api'
import { stack } from './support/stack'
import { choose, expect, signIn, test } from './support/test'

/** Settings are those of the whole installation: tests here go one after the other and leave them as they were. */
test.describe.configure({ mode: 'serial' })

/** How the installation is set: what a test changes here is put back, however it ends. */
interface Settings {
  queues: { name: string; mode: string; concurrency: number }[]
  pipelines: { pipeline: string; queue: string; grid?: unknown[]; hasGrid?: boolean }[]
}
let before: Settings

test.beforeAll(async ({ playwright }) => {
  const { get } = await adminApi(playwright)
  before = { queues: (await get<Settings>('/admin/queues')).queues, pipelines: (await get<{ items: Settings['pipelines'] }>('/admin/pipelines')).items }
})

test.afterAll(async ({ playwright }) => {
  const { send } = await adminApi(playwright)
  for (const { name, mode, concurrency } of before.queues) await send('PATCH', `/admin/queues/${name}`, { mode, concurrency })
  for (const { pipeline, queue, grid, hasGrid } of before.pipelines) {
    await send('PATCH', `/admin/pipelines/${pipeline}`, { queue })
    if (hasGrid) await send('PUT', `/admin/pipelines/${pipeline}/grid`, { pairs: grid })
  }
})

/** Calls with the rights of the administrator. */
async function adminApi(playwright: PlaywrightWorkerArgs['playwright']): Promise<{ get: <T>(path: string) => Promise<T>; send: (method: string, path: string, data: unknown) => Promise<void> }> {
  const http = await playwright.request.newContext({ baseURL: stack().url })
  const { accessToken } = (await (await http.post('/api/v1/auth/login', { data: stack().admin })).json()) as { accessToken: string }
  const headers = { Authorization: `Bearer ${accessToken}` }
  return {
    get: async <T>(path: string) => (await (await http.get(`/api/v1${path}`, { headers })).json()) as T,
    send: async (method, path, data) => {
      const answer = await http.fetch(`/api/v1${path}`, { method, headers, data })
      expect(answer.ok(), await answer.text()).toBe(true)
    },
  }
}

async function asAdmin(page: Page, path: string): Promise<void> {
  await page.goto(`/login?to=${encodeURIComponent(path)}`)
  await signIn(page, stack().admin)
  await page.getByTestId('user-menu').waitFor()
}

/** Runs of the 2D average, one per set, that wait where the pipeline is routed. */
async function pileups(who: Api, map: Dataset, sets: Dataset[]): Promise<Run[]> {
  const { runs } = await who.post<{ runs: Run[] }>('/preprocess', { regionSetIds: sets.map((d) => d.id), featureIds: [map.id], pipelines: ['pileup'] })
  return runs
}

test('an administrator pauses, moves, tunes, drains and resumes, retries what failed, and finds it all in the log', async ({ page, ada, shot }) => {
  test.slow()
  const assembly = await ada.assembly()
  const [set, same, map, other] = await ada.upload(assembly, 'TAD_boundaries.bed', 'TAD_boundaries.bed', 'wild_type.mcool', 'cohesin_depleted.mcool')
  const state = async (r: Run): Promise<Run> => ada.get<Run>(`/runs/${r.id}`)
  await asAdmin(page, '/admin')
  const long = page.getByTestId('queue-long')
  const medium = page.getByTestId('queue-medium')

  // Paused: what comes waits.
  await long.getByRole('button', { name: 'Pause long' }).click()
  await expect(long).toHaveAttribute('data-mode', 'paused')
  await page.waitForTimeout(5000) // the time in which every worker must have seen it
  const [run] = await pileups(ada, map, [set])
  expect(run.queue).toBe('long')
  await expect(long.getByTestId('depth')).toHaveText('1')
  await expect(long.getByTestId('slots')).toHaveText('0')
  expect((await state(run)).state).toBe('queued')
  await shot(page, 'admin-queues')

  // The pipeline moves to another queue, and what waits moves with it and is worked off there.
  await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Pipelines' }).click()
  const pileup = page.getByTestId('pipeline-pileup')
  await pileup.getByRole('button', { name: 'Edit 2D average' }).click()
  const form = page.getByRole('form', { name: 'Settings of 2D average' })
  await form.getByLabel('Attempts').fill('99')
  await choose(form.getByRole('combobox', { name: 'Queue' }), 'medium')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form).toContainText('There must be 1 to 20 attempts.')
  await expect(form.getByLabel('Attempts')).toHaveValue('99')
  await shot(page, 'admin-pipelines-error')
  await form.getByLabel('Attempts').fill('3')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(pileup.getByTestId('queue')).toHaveText('medium')
  await expect.poll(async () => (await state(run)).state, { timeout: 30_000 }).toBe('finished')
  expect((await state(run)).queue).toBe('medium')

  // Its windows and bins: the next run makes what is set.
  await pileup.getByTestId('grid').click()
  const grid = page.getByRole('form', { name: 'Windows and bins of 2D average' })
  await grid.getByRole('button', { name: 'Add a window' }).click()
  const n = await grid.getByLabel(/^Window \d/).count()
  await grid.getByLabel(`Window ${n}`, { exact: true }).fill('30000')
  await grid.getByLabel(`Bin ${n}`, { exact: true }).fill('7000')
  await grid.getByRole('button', { name: 'Save windows and bins' }).click()
  await expect(grid).toContainText('A window of 30000 bp is not a multiple of a bin of 7000 bp.')
  await shot(page, 'admin-grid-error')
  await grid.getByLabel(`Bin ${n}`, { exact: true }).fill('10000')
  await grid.getByRole('button', { name: 'Save windows and bins' }).click()
  await expect(grid).toBeHidden()
  const [again] = await pileups(ada, map, [set])
  expect((again.params as { pairs: { window: number; bin: number }[] }).pairs).toContainEqual({ window: 30000, bin: 10000 })

  // More at once: workers follow within five seconds.
  await page.getByRole('link', { name: 'Queues' }).click()
  const slots = Number(await medium.getByTestId('slots').textContent())
  const workers = Number(/on (\d+) worker/.exec((await medium.textContent()) ?? '')![1])
  expect(slots).toBeGreaterThan(0)
  await medium.getByRole('button', { name: 'Settings of medium' }).click()
  const tune = page.getByRole('form', { name: 'Settings of the queue medium' })
  await tune.getByLabel('Runs at once per worker').fill('65')
  await tune.getByRole('button', { name: 'Save' }).click()
  await expect(tune).toContainText('A worker can have 1 to 64 runs at once')
  await tune.getByLabel('Runs at once per worker').fill('5')
  await tune.getByRole('button', { name: 'Save' }).click()
  await expect(medium.getByTestId('slots')).toHaveText(String(5 * workers), { timeout: 8000 })
  await page.getByRole('link', { name: 'Workers' }).click()
  await expect(page.getByTestId('worker-queue-medium').first()).toContainText('of 5')
  await shot(page, 'admin-workers')

  // Drained: what comes later waits. Resumed: it is worked off.
  await page.getByRole('link', { name: 'Queues' }).click()
  await long.getByRole('button', { name: 'Resume long' }).click()
  await medium.getByRole('button', { name: 'Drain medium' }).click()
  await expect(medium).toHaveAttribute('data-mode', 'draining')
  await expect.poll(async () => (await state(again)).state, { timeout: 30_000 }).toBe('finished')
  await page.waitForTimeout(5000)
  const [later] = await pileups(ada, other, [set])
  await expect(medium.getByTestId('depth')).toHaveText('1')
  await expect(medium.getByTestId('mode')).toContainText('drained')
  expect((await state(later)).state).toBe('queued')
  await medium.getByRole('button', { name: 'Resume medium' }).click()
  await expect.poll(async () => (await state(later)).state, { timeout: 30_000 }).toBe('finished')

  // What failed is run again, by its administrator. This run fails each time: nothing is left of a set less itself.
  const failing = await ada.post<Run>('/region-sets/derive', { operation: 'subtract', datasetIds: [set.id, same.id], name: 'nothing' })
  await expect.poll(async () => (await state(failing)).state, { timeout: 30_000 }).toBe('failed')
  await page.getByRole('link', { name: 'Runs', exact: true }).last().click()
  const filter = page.getByRole('textbox', { name: 'Account name' })
  await filter.fill(ada.account.username)
  await choose(page.getByRole('combobox', { name: 'State' }), 'Failed')
  const row = page.getByTestId(`run-${failing.id}`)
  await expect(row).toContainText(ada.account.username)
  await shot(page, 'admin-runs')
  await row.getByRole('button', { name: /^Run again/ }).click()
  await expect.poll(async () => (await state(failing)).attempt).toBe(2)
  await expect.poll(async () => (await state(failing)).state, { timeout: 30_000 }).toBe('failed')
  await page.getByRole('button', { name: 'Retry all failed' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Retry', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'queued again' })).toContainText('1 run queued again')

  // It is all in the log, and the newest changes can be taken back.
  await page.getByRole('link', { name: 'Audit log' }).click()
  await expect(page.getByTestId('change-queue').filter({ hasText: 'long' }).last()).toContainText('mode: open → paused')
  await expect(page.getByTestId('change-pipeline').first()).toContainText('queue: long → medium')
  await expect(page.getByTestId('change-grid').first()).toContainText('added: 30000 bp in 10000 bp')
  await expect(page.getByTestId('change-queue').filter({ hasText: 'runs at once per worker' }).first()).toContainText('0 → 5')
  await expect(page.getByTestId('change-run').first()).toContainText('all failed')
  await shot(page, 'admin-changes')
  await page.getByTestId('change-pipeline').first().getByRole('button', { name: /^Take back/ }).click()
  await expect(page.getByTestId('change-pipeline').first()).toContainText('queue: medium → long')
  await page.getByTestId('change-grid').first().getByRole('button', { name: /^Take back/ }).click()
  await expect(page.getByTestId('change-grid').first()).toContainText('removed: 30000 bp in 10000 bp')
  await page.getByRole('link', { name: 'Queues' }).click()
  await medium.getByRole('button', { name: 'Settings of medium' }).click()
  await tune.getByLabel('Runs at once per worker').fill('0')
  await tune.getByRole('button', { name: 'Save' }).click()
  await expect(medium.getByTestId('slots')).toHaveText(String(slots), { timeout: 8000 })
})

test('the pages of administrators in the dark, and for others', async ({ page, ada, browser, shot }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await asAdmin(page, '/admin/queues')
  for (const name of ['queues', 'pipelines', 'runs', 'workers', 'changes']) {
    await page.goto(`/admin/${name}`)
    await page.getByRole('table').first().waitFor()
    await shot(page, `admin-${name}-dark`)
  }
  const other = await (await browser.newContext({ baseURL: stack().url })).newPage()
  await other.goto('/login?to=%2Fadmin%2Fqueues')
  await signIn(other, ada.account)
  await expect(other.getByText('For administrators')).toBeVisible()
  await expect(other.getByRole('button', { name: /^Pause/ })).toHaveCount(0)
  await other.context().close()
})

test('an administrator looks at health and storage, and cleans up', async ({ page, ada, shot }) => {
  await ada.upload(await ada.assembly(), 'CTCF.bw')
  await asAdmin(page, '/admin/health')
  for (const what of ['database', 'Redis', 'workers']) await expect(page.getByTestId(`health-${what}`)).toHaveAttribute('data-state', 'ok')
  await expect(page.getByTestId('health-data volume')).toContainText('free')
  await shot(page, 'admin-health')
  await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Storage' }).click()
  await expect(page.getByRole('region', { name: 'Accounts' })).toContainText(ada.account.username)
  await page.getByRole('button', { name: 'Clean up now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Clean up' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'unused' })).toContainText('put aside for a day')
  await shot(page, 'admin-storage')
  await page.getByRole('link', { name: 'Audit log' }).click()
  await expect(page.getByTestId('change-storage').first()).toContainText('garbage')
  await page.emulateMedia({ colorScheme: 'dark' })
  for (const name of ['health', 'storage']) {
    await page.goto(`/admin/${name}`)
    await page.getByRole('table').first().waitFor()
    await shot(page, `admin-${name}-dark`)
  }
})
