import { choose, expect, signedIn, test } from './support/test'
import { unique } from './support/api'

function showing(set: number, feature: number): unknown {
  return {
    version: 1,
    panels: [{ id: 'p', title: '', regionSetId: set, window: -1, collapsed: false, span: 2, widgets: [{ id: 'w', type: 'average1d', span: 1, featureIds: [feature], bin: 0, options: {} }] }],
  }
}

test('P6 a dataset is shared with a person, with the right to edit; by keyboard', async ({ page, browser, ada, bob, shot, baseURL }) => {
  const [set] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed')
  await signedIn(page, ada, `/datasets/${set!.id}`)
  await page.getByTestId('share').click()
  const dialog = page.getByTestId('share-dialog')
  await shot(page, 'share-empty')
  await dialog.getByLabel('Add a person or group').fill(bob.account.username)
  await page.getByRole('option', { name: bob.account.username }).waitFor()
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('list')).toContainText(bob.account.username)
  await expect(dialog.getByRole('status')).toHaveText('saved')
  await shot(page, 'share-person')

  const other = await (await browser.newContext({ baseURL })).newPage()
  await signedIn(other, bob, `/datasets/${set!.id}`)
  await expect(other.getByRole('heading', { name: 'CTCF_peaks' })).toBeVisible()
  await expect(other.getByRole('button', { name: 'Edit' })).toHaveCount(0)
  await choose(dialog.getByLabel(`What ${bob.account.username} may do`), 'can edit')
  await expect(dialog.getByRole('status')).toHaveText('saved')
  await other.reload()
  await expect(other.getByRole('button', { name: 'Edit' })).toBeVisible()
  await expect(other.getByRole('button', { name: 'Delete' })).toHaveCount(0)
  await dialog.getByRole('button', { name: `Take the right of ${bob.account.username} away` }).click()
  await expect(dialog.getByRole('list')).not.toContainText(bob.account.username)
  await expect(dialog.getByRole('status')).toHaveText('saved')
  await other.reload()
  await expect(other.getByText('There is no such dataset')).toBeVisible()
  await other.context().close()
})

test('P3 a session opens by link without an account, read-only; a copy needs one; withdrawn is over', async ({ page, browser, ada, bob, shot, baseURL }) => {
  const [set, track] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'CTCF.bw')
  await ada.preprocess([set!], [track!])
  const name = unique('shown')
  await ada.session(name, showing(set!.id, track!.id))
  await signedIn(page, ada, '/sessions')
  await page.getByRole('button', { name: new RegExp(`^Share ${name}`) }).click()
  const dialog = page.getByTestId('share-dialog')
  await dialog.getByLabel('Whom it is for (optional)').fill('the reviewers')
  await choose(dialog.getByLabel('They may'), 'look, and save a copy of their own')
  await dialog.getByTestId('create-link').click()
  const address = await dialog.getByLabel('Address of the new link').inputValue()
  await shot(page, 'share-link')

  const guest = await (await browser.newContext({ baseURL })).newPage()
  await guest.goto(address)
  await expect(guest.getByRole('heading', { name })).toBeVisible()
  await expect(guest.getByTestId('widget-average1d').locator('canvas').first()).toBeVisible()
  await shot(guest, 'shared-session')
  await expect(guest.getByRole('link', { name: 'Sign in to make a copy' })).toBeVisible()
  await guest.getByRole('link', { name: 'Sign in to make a copy' }).click()
  await guest.getByLabel('User name').fill(bob.account.username)
  await guest.getByLabel('Password').fill(bob.account.password)
  await guest.getByRole('button', { name: 'Sign in' }).click()
  await guest.getByTestId('make-copy').click()
  await expect(guest).toHaveURL(/\/compare\/\d+$/)
  await expect(guest.getByRole('heading', { name: `Compare · ${name} (copy)` })).toBeVisible()
  await expect(guest.getByTestId('widget-average1d').locator('canvas').first()).toBeVisible()

  await dialog.getByRole('button', { name: 'Withdraw the link the reviewers' }).click()
  await expect(dialog.getByText(/^withdrawn /)).toBeVisible()
  await guest.goto(address)
  await expect(guest.getByText('This link was withdrawn')).toBeVisible()
  await shot(guest, 'shared-withdrawn')
  await guest.context().close()
})

test('P6 W6: a selection is shared with a person by name, and taken back; datasets of others stay as they are', async ({ page, ada, bob, shot }) => {
  const assembly = await ada.assembly()
  const [set, track] = await ada.upload(assembly, 'promoters.bed', 'CTCF.bw')
  await signedIn(page, ada, `/datasets/regions?assembly=${assembly.id}`)
  const bar = page.getByRole('region', { name: 'Selected datasets' })
  await page.getByRole('checkbox', { name: 'Select promoters' }).click()
  await page.getByRole('link', { name: 'Features' }).click()
  await page.getByRole('checkbox', { name: 'Select CTCF' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share 2 datasets' })
  const name = async (right: string): Promise<void> => {
    await bar.getByRole('button', { name: 'Share' }).click()
    await page.getByText('With people and groups').click()
    await choose(dialog.getByRole('combobox', { name: 'They' }), right)
    await dialog.getByRole('combobox', { name: 'Add a person or group' }).fill(bob.account.username)
    await expect(page.getByRole('option', { name: bob.account.username })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(dialog.getByRole('list', { name: 'People and groups' })).toContainText(bob.account.username)
  }
  await name('can edit')
  await shot(page, 'share-many')
  let lost = true
  await page.route('**/datasets/share', (route) => (lost ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'unavailable', detail: 'The server is being restarted. Try again in a moment.' }) }) : route.continue()))
  await dialog.getByRole('button', { name: 'Share 2 datasets' }).click()
  await expect(dialog.getByRole('alert')).toContainText('being restarted')
  await expect(dialog.getByRole('list', { name: 'People and groups' })).toContainText(bob.account.username) // nothing was cleared
  lost = false
  await dialog.getByRole('button', { name: 'Share 2 datasets' }).click()
  await expect(page.getByText(`The rights of ${bob.account.username} to 2 datasets are saved.`)).toBeVisible()
  for (const d of [set!, track!]) expect((await bob.get<{ access: string }>(`/datasets/${d.id}`)).access).toBe('edit')
  expect((await bob.get<{ items: { title: string }[] }>('/notifications')).items.map((n) => n.title)).toEqual([`${ada.account.username} shares 2 datasets with you`])
  await name('no right any more')
  await dialog.getByRole('button', { name: 'Share 2 datasets' }).click()
  await expect(dialog).toHaveCount(0)
  for (const d of [set!, track!]) await expect(bob.get(`/datasets/${d.id}`)).rejects.toThrow(/answers 404/)
})

test('P6 everyone: a switch, and others see it', async ({ page, ada, bob }) => {
  const [set] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed')
  await signedIn(page, ada, `/datasets/${set!.id}`)
  await page.getByTestId('share').click()
  await page.getByTestId('everyone').getByRole('checkbox').check()
  await expect(page.getByTestId('share-dialog').getByRole('status')).toHaveText('saved')
  await page.getByTestId('share-done').click()
  await expect(page.getByText('Everyone with an account may read it.')).toBeVisible()
  expect((await bob.get<{ public: boolean }>(`/datasets/${set!.id}`)).public).toBe(true)
})
