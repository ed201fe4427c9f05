import { stack } from './support/stack'
import { unique } from './support/api'
import { expect, signIn, test } from './support/test'

/** Who may register holds for the whole installation: nobody else may be registering meanwhile (see playwright.config.ts). */
test.describe.configure({ mode: 'serial' })

const good = 'correct horse battery'

test('P2 an unconfirmed account is held until it is confirmed; the admin confirms', async ({ page, browser, playwright, shot, baseURL }) => {
  const http = await playwright.request.newContext({ baseURL })
  const token = ((await (await http.post('/api/v1/auth/login', { data: stack().admin })).json()) as { accessToken: string }).accessToken
  const headers = { Authorization: `Bearer ${token}` }
  const rules = (data: unknown) => http.put('/api/v1/admin/registration', { headers, data })
  expect((await rules({ mode: 'open', domains: [], confirm: true })).status()).toBe(200)
  const name = unique('held')
  try {
    await page.goto('/register')
    await page.getByLabel('User name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(good)
    await page.getByLabel('Password, once more').fill(good)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByTestId('unconfirmed')).toContainText('administrator')
    await shot(page, 'register-unconfirmed')
    await page.goto('/login?to=/sessions')
    await signIn(page, { username: name, password: good })
    await expect(page.getByTestId('unconfirmed')).toBeVisible()
    await expect(page.getByLabel('Password')).toHaveValue(good)

    const admin = await (await browser.newContext({ baseURL })).newPage()
    await admin.goto('/login?to=/admin/users')
    await signIn(admin, stack().admin)
    await admin.getByRole('textbox', { name: 'Search name or e-mail' }).fill(name)
    await shot(admin, 'admin-users')
    await admin.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Confirm' }).click()
    await expect(admin.getByRole('row').filter({ hasText: name })).not.toContainText('not confirmed')
    await admin.context().close()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(/\/sessions$/)
  } finally {
    await rules({ mode: 'open', domains: [], confirm: false })
    await http.dispose()
  }
})

test('P1 an invitation lets somebody in whom the rules keep out; it works once', async ({ page, browser, playwright, shot, baseURL }) => {
  const http = await playwright.request.newContext({ baseURL })
  const token = ((await (await http.post('/api/v1/auth/login', { data: stack().admin })).json()) as { accessToken: string }).accessToken
  const admin = await (await browser.newContext({ baseURL })).newPage()
  await admin.goto('/login?to=/admin/users')
  await signIn(admin, stack().admin)
  try {
    await admin.getByRole('radio', { name: 'Only who is invited' }).check()
    await admin.getByRole('form', { name: 'Who may register' }).getByRole('button', { name: 'Save' }).click()
    await expect(admin.getByText('Saved.')).toBeVisible()
    await page.goto('/register')
    await expect(page.getByText('One needs an invitation')).toBeVisible()
    await shot(page, 'register-by-invitation')
    await admin.getByLabel('Whom it is for (optional)').fill('the new one')
    await admin.getByRole('button', { name: 'Invite' }).click()
    const address = await admin.getByLabel('Address of the invitation').inputValue()
    await shot(admin, 'admin-invited')
    const name = unique('guest')
    await page.goto('/')
    await page.goto(address)
    await page.getByLabel('User name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(good)
    await page.getByLabel('Password, once more').fill(good)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByTestId('user-menu')).toHaveText(name)
    await admin.reload()
    await expect(admin.getByRole('list', { name: 'Invitations' })).toContainText(`used by ${name}`)
  } finally {
    await http.put('/api/v1/admin/registration', { headers: { Authorization: `Bearer ${token}` }, data: { mode: 'open', domains: [], confirm: false } })
    await admin.context().close()
    await http.dispose()
  }
})
