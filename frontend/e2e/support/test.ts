import { join } from 'node:path'

import { expect, test as base, type Locator, type Page } from '@playwright/test'

import { Api, type Account } from './api'
import { stack } from './stack'

export { expect }

interface Fixtures {
  /** A new account. The page is not signed in. */
  ada: Api
  /** Another account. */
  bob: Api
  /** Attaches a picture of the page to the report and keeps it in results/screens. */
  shot: (page: Page, name: string) => Promise<void>
  /** Fails a test during which the program of the page has failed. */
  noErrors: void
}

/** What a browser says by itself about answers such as 404, which tests provoke on purpose. */
const network = /^Failed to load resource: /

export const test = base.extend<Fixtures>({
  noErrors: [
    async ({ context }, use) => {
      const errors: string[] = []
      context.on('weberror', (e) => errors.push(String(e.error().stack ?? e.error())))
      context.on('console', (m) => {
        if (m.type() === 'error' && !network.test(m.text())) errors.push(`console: ${m.text()}`)
      })
      await use()
      expect(errors, 'errors of the page').toEqual([])
    },
    { auto: true },
  ],
  baseURL: async ({}, use) => use(stack().url),
  ada: async ({ playwright }, use) => {
    const http = await playwright.request.newContext({ baseURL: stack().url })
    await use(await Api.register(http, 'ada'))
    await http.dispose()
  },
  bob: async ({ playwright }, use) => {
    const http = await playwright.request.newContext({ baseURL: stack().url })
    await use(await Api.register(http, 'bob'))
    await http.dispose()
  },
  shot: async ({}, use, info) => {
    await use(async (page, name) => {
      const path = join(info.config.rootDir, 'results', 'screens', `${name}.png`)
      await page.screenshot({ path, fullPage: true })
      await info.attach(name, { path, contentType: 'image/png' })
    })
  },
})

/** Fills in the login page, which must be shown. */
export async function signIn(page: Page, who: Account, password = who.password): Promise<void> {
  await page.getByLabel('User name').fill(who.username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** A page on which somebody has signed in. */
export async function signedIn(page: Page, who: Api, path = '/'): Promise<void> {
  await page.goto(`/login?to=${encodeURIComponent(path)}`)
  await signIn(page, who.account)
  await page.getByTestId('user-menu').waitFor()
}

/** Chooses from a list as a mouse does: what is pressed lies over the element that has the label. */
export async function choose(list: Locator, option: string): Promise<void> {
  await list.click({ force: true })
  await list.page().getByRole('option', { name: option }).click()
}
