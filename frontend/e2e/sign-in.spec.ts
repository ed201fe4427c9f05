import { expect, signedIn, signIn, test } from './support/test'

const bad = 'The user name or the password is wrong.'

test('P1 the address asked for is shown after signing in', async ({ page, ada }) => {
  await page.goto('/datasets/features?q=ctcf')
  await expect(page).toHaveURL(/\/login\?to=/)
  await signIn(page, ada.account)
  await expect(page).toHaveURL(/\/datasets\/features\?q=ctcf$/)
  await expect(page.getByTestId('user-menu')).toHaveText(ada.account.username)
})

test('an address elsewhere is not followed after signing in', async ({ page, ada, baseURL }) => {
  for (const to of ['https://example.org/', '//example.org', '/\\example.org']) {
    await page.context().clearCookies()
    await page.goto(`/login?to=${encodeURIComponent(to)}`)
    await signIn(page, ada.account)
    await page.getByTestId('user-menu').waitFor()
    expect(page.url()).toBe(`${baseURL}/`)
    await page.evaluate(() => localStorage.clear())
  }
})

test('a wrong password and an unknown name get the same message, and what was typed stays', async ({ page, ada }) => {
  await page.goto('/login')
  await signIn(page, ada.account, 'not the password')
  await expect(page.getByRole('alert').filter({ hasText: bad })).toBeVisible()
  await expect(page.getByLabel('User name')).toHaveValue(ada.account.username)
  await signIn(page, { username: 'nobody-here', password: 'not the password' })
  await expect(page.getByRole('alert').filter({ hasText: bad })).toBeVisible()
  await signIn(page, ada.account)
  await expect(page.getByTestId('user-menu')).toHaveText(ada.account.username)
})

test('P1 too many wrong passwords: the page says how long to wait', async ({ page, ada }) => {
  await page.goto('/login')
  for (let i = 0; i < 10; i++) {
    const res = await page.request.post('/api/v1/auth/login', { data: { ...ada.account, password: `guess ${i}` } })
    expect(res.status()).toBe(401)
  }
  await signIn(page, ada.account)
  await expect(page.getByRole('alert')).toContainText(/Too many attempts\. Try again in 1\d minutes\./)
})

test('P1 a taken user name and a short password are refused beside their fields', async ({ page, ada }) => {
  await page.goto('/register')
  await page.getByLabel('User name').fill(ada.account.username)
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByLabel('Password, once more').fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.locator('.v-input').filter({ has: page.getByLabel('Password', { exact: true }) })).toContainText('at least 8 characters')
  await page.getByLabel('Password', { exact: true }).fill('long enough')
  await page.getByLabel('Password, once more').fill('long enough')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.locator('.v-input').filter({ has: page.getByLabel('User name') })).toContainText('taken')
})

test('P1 signing out ends the access of this browser', async ({ page, ada }) => {
  await signedIn(page, ada)
  await page.getByTestId('user-menu').click()
  await page.getByTestId('sign-out').click()
  await expect(page).toHaveURL(/\/login/)
  expect((await page.request.post('/api/v1/auth/refresh')).status()).toBe(401)
  await page.goto('/sessions')
  await expect(page).toHaveURL(/\/login\?to=/)
})

test('an access token that has run out is renewed without a word', async ({ page, ada }) => {
  await ada.session('kept', { version: 1, panels: [] })
  await signedIn(page, ada, '/assemblies')
  await expect(page.getByRole('row').filter({ hasText: 'hg38' })).toBeVisible()
  let refused = 0
  await page.route('**/api/v1/sessions', (route) => (refused++ ? route.continue() : route.fulfill({ status: 401, json: { code: 'unauthorized', status: 401 } })))
  const renewed = page.waitForResponse('**/api/v1/auth/refresh')
  await page.getByRole('link', { name: 'Sessions' }).click()
  expect((await renewed).status()).toBe(200)
  await expect(page.getByRole('link', { name: 'kept', exact: true })).toBeVisible()
  await expect(page.getByTestId('relogin')).toHaveCount(0)
})

test('P2 when the login has ended one signs in again in place, and nothing typed is lost', async ({ page, ada, shot }) => {
  const { name, id } = (await ada.upload(await ada.assembly(), 'CTCF_peaks.bed'))[0]
  await signedIn(page, ada, `/datasets/${id}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  const form = page.locator('form').filter({ has: page.getByLabel('Cell type') })
  await form.getByLabel('Name').fill(`${name}, second`)
  await form.getByLabel('Description').fill('typed before the login ended')

  // The refresh cookie is gone, and the server takes the access token no longer.
  await page.context().clearCookies()
  let first = true
  await page.route(`**/api/v1/datasets/${id}`, (route) => {
    if (!first || route.request().method() !== 'PATCH') return route.continue()
    first = false
    return route.fulfill({ status: 401, json: { code: 'unauthorized', status: 401 } })
  })
  await page.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByTestId('relogin')
  await expect(dialog).toBeVisible()
  await shot(page, 'sign-in-again')
  await dialog.getByLabel('Password').fill('not the password')
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await expect(dialog).toContainText(bad)
  await dialog.getByLabel('Password').fill(ada.account.password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()

  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('heading', { name: `${name}, second` })).toBeVisible()
  await expect(page.getByText('typed before the login ended')).toBeVisible()
})
