import { choose, expect, signedIn, test } from './support/test'

test('theme and colour maps of the account hold in another browser, and in its new widgets', async ({ page, browser, ada, shot }) => {
  const assembly = await ada.assembly()
  const [set, map] = await ada.upload(assembly, 'CTCF_peaks.bed', 'wild_type.mcool')
  await ada.put('/workspace', { document: { version: 1, panels: [{ id: 'p', title: '', regionSetId: set!.id, window: 100000, collapsed: false, span: 2, widgets: [] }] }, revision: 0 })
  await signedIn(page, ada, '/account')
  const look = page.getByRole('region', { name: 'Appearance' })
  await look.getByRole('radio', { name: 'Dark' }).check()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await choose(look.getByRole('combobox', { name: 'Colours of values from low to high' }), 'cividis')
  await choose(look.getByRole('combobox', { name: 'Colours of values around a centre' }), 'PuOr')
  await expect.poll(() => ada.get('/account/preferences')).toMatchObject({ theme: 'dark', sequentialMap: 'cividis', divergingMap: 'PuOr' })
  await shot(page, 'account-appearance')

  const other = await (await browser.newContext({ colorScheme: 'light' })).newPage()
  await other.goto('/login')
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'light')
  await signedIn(other, ada, '/compare')
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark')
  await other.getByTestId('add-widget').first().click()
  await other.getByText('2D average', { exact: true }).first().click()
  const stored = async () => (await ada.get<{ document: { panels: { widgets: unknown[] }[] } }>('/workspace')).document.panels[0]!.widgets[0]
  await expect.poll(stored).toMatchObject({ type: 'average2d', featureIds: [map!.id], options: { oe: { colormap: 'PuOr' }, iccf: { colormap: 'cividis' } } })
  await shot(other, 'compare-preferred-maps')
  // The button in the bar changes the account, too; signed out, this browser keeps it.
  await other.getByRole('button', { name: /^Theme: dark/ }).click()
  await expect.poll(async () => (await ada.get<{ theme: string }>('/account/preferences')).theme).not.toBe('dark')
  await other.context().close()
})

test('preferences that cannot be kept go back, and the page says why', async ({ page, ada }) => {
  await signedIn(page, ada, '/account')
  const look = page.getByRole('region', { name: 'Appearance' })
  const list = look.getByRole('combobox', { name: 'Colours of values around a centre' })
  await list.waitFor()
  await page.route('**/api/v1/account/preferences', (route) =>
    route.request().method() === 'PUT' ? route.fulfill({ status: 503, json: { status: 503, code: 'unavailable', detail: 'The server is being restarted. Try again in a moment.' } }) : route.fallback(),
  )
  await choose(list, 'PuOr')
  await expect(look.getByRole('alert').filter({ hasText: 'The server is being restarted' })).toBeVisible()
  await expect(look.locator('.v-select').filter({ has: page.getByLabel('Colours of values around a centre') })).toContainText('What each picture has of its own')
  await expect(look).not.toContainText('PuOr')
})
