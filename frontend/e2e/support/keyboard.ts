import type { Locator, Page } from '@playwright/test'

/** Goes to an element as the keyboard does, with so many steps at most. */
export async function tabTo(page: Page, target: Locator, most = 150): Promise<void> {
  await target.waitFor()
  for (let i = 0; i < most; i++) {
    if (await target.evaluate((e) => e === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not get to ${target}`)
}
