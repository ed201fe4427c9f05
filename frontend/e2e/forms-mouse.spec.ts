import { expect, signedIn, test } from './support/test'

// Leaving the field makes a chip of what was typed, which is too wide for its line: the page below moves while the button of
// the mouse is down.
test('form: a click on Save is sent although the form grows under the mouse', async ({ page, ada }) => {
  const [d] = await ada.upload(await ada.assembly(), 'promoters.bed')
  await signedIn(page, ada, `/datasets/${d!.id}`)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByLabel('Tags (Enter after each)').fill('x'.repeat(101))
  const save = page.getByRole('button', { name: 'Save', exact: true })
  const before = (await save.boundingBox())!
  await page.mouse.move(before.x + before.width / 2, before.y + 3)
  await page.mouse.down()
  const tags = page.locator('.v-combobox').filter({ has: page.getByLabel('Tags (Enter after each)') })
  await expect(tags.locator('.v-chip')).toBeVisible()
  await expect.poll(async () => (await save.boundingBox())!.y).toBeGreaterThan(before.y + 3) // the click would miss it
  await page.mouse.up()
  await expect(tags.getByRole('alert')).toContainText('A tag has at most 100 characters.')
})
