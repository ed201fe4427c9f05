import type { Page } from '@playwright/test'

import type { Api } from './support/api'
import { expect, signedIn, test } from './support/test'

const long = 'x'.repeat(101)

async function editing(page: Page, ada: Api): Promise<void> {
  const [d] = await ada.upload(await ada.assembly(), 'promoters.bed')
  await signedIn(page, ada, `/datasets/${d!.id}`)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByLabel('Tags (Enter after each)').fill(long)
}

/** Presses Save where it stands, lets go at the same place, and tells whether the form was sent: it is refused for its tag. */
async function pressed(page: Page, meanwhile: () => Promise<void>): Promise<void> {
  const box = (await page.getByRole('button', { name: 'Save', exact: true }).boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await meanwhile()
  await page.mouse.up()
  const tags = page.locator('.v-combobox').filter({ has: page.getByLabel('Tags (Enter after each)') })
  await expect(tags.getByRole('alert')).toContainText('A tag has at most 100 characters.')
  await expect(tags).toContainText(long)
}

const chip = (page: Page) => page.locator('.v-combobox .v-chip')

test('form: a mouse click on Save sends a tag that was not ended with Enter', async ({ page, ada }) => {
  await editing(page, ada)
  await pressed(page, async () => expect(chip(page)).toBeVisible())
})

test('form: a mouse click on Save sends a tag that was ended with Enter', async ({ page, ada }) => {
  await editing(page, ada)
  await page.keyboard.press('Enter')
  await expect(chip(page)).toBeVisible()
  await pressed(page, async () => expect(page.getByLabel('Tags (Enter after each)')).not.toBeFocused())
})

// A complaint that is drawn when a field is left moves what stands below it while the button of the mouse is down.
test('form: a click on Save is sent although the form moves under the mouse', async ({ page, ada }) => {
  await editing(page, ada)
  const save = page.getByRole('button', { name: 'Save', exact: true })
  const before = (await save.boundingBox())!.y
  await page.evaluate(() => document.addEventListener('focusout', () => document.querySelector('main')!.prepend(Object.assign(document.createElement('p'), { style: 'height: 120px' })), { once: true }))
  await pressed(page, async () => expect.poll(async () => (await save.boundingBox())!.y).toBeGreaterThan(before + 60)) // it is not under the mouse any more
})
