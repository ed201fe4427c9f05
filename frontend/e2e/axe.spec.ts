import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { admin, empty, failing, loading, furnished, settled, signedOut, windowOf, type Look } from './support/pages'
import { stack } from './support/stack'
import { expect, test } from './support/test'

/**
 * Every page, as everybody sees it: no serious or critical finding of axe, by day and by night. Each look is a picture, too
 * (results/screens): people look at those.
 */
type Shot = (page: Page, name: string) => Promise<void>
type Scheme = 'light' | 'dark'
const both: Scheme[] = ['light', 'dark']

/** Pages that wait, failed or have nothing to show are made of few parts, the same on each: every other one by night is enough, but for the long suite. */
const alternating = (i: number): Scheme[] => (process.env.REGIOSCOPE_TEST_SOAK ? both : [both[i % 2]!])

async function look(page: Page, l: Look, who: string, schemes: Scheme[], shot: Shot): Promise<string[]> {
  const found: string[] = []
  await page.emulateMedia({ colorScheme: schemes[0]! })
  await page.goto(l.path)
  if (l.busy) await page.locator('main, header').first().waitFor()
  else {
    await settled(page)
    await l.open?.(page)
    await settled(page)
  }
  for (const scheme of schemes) {
    await page.emulateMedia({ colorScheme: scheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', scheme)
    // Colours change within a moment: neither a picture nor a contrast is to be taken in the middle of it.
    await stillness(page)
    await shot(page, `all-${who}-${l.name}-${scheme}`)
    // Behind an open dialog nothing can be reached; what shows through its veil is not to be read.
    const modal = await page.locator('.v-overlay--active:has(.v-overlay__scrim) [role="dialog"], [role="dialog"].v-overlay--active:has(.v-overlay__scrim)').count()
    // There are no frames, so nothing has to be put together in a page of its own; what is well is not of interest.
    const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
    // The second time the page has the same elements in other colours.
    if (scheme !== schemes[0]) axe.withRules(['color-contrast'])
    const { violations } = await (modal ? axe.include('.v-overlay--active') : axe).analyze()
    for (const v of violations.filter((x) => x.impact === 'serious' || x.impact === 'critical')) {
      found.push(...v.nodes.slice(0, 3).map((n) => `${who} ${l.name} (${scheme}) ${v.id}: ${n.target.join(' ')} ${n.failureSummary?.split('\n').slice(1, 3).join(' ') ?? ''}`))
    }
  }
  return found
}

/** Waits for what is moving to end; some of it never says so, for instance where it is not shown. */
async function stillness(page: Page): Promise<void> {
  await page.evaluate(() => {
    const moving = document.getAnimations().filter((a) => a.playState === 'running' && a.effect?.getComputedTiming().endTime !== Infinity)
    return Promise.race([Promise.allSettled(moving.map((a) => a.finished)), new Promise((resolve) => setTimeout(resolve, 2000))])
  })
}

async function tour(page: Page, looks: Look[], who: string, shot: Shot, schemes: (i: number) => Scheme[] = () => both): Promise<void> {
  const found: string[] = []
  for (const [i, l] of looks.entries()) {
    try {
      found.push(...(await look(page, l, who, schemes(i), shot)))
    } catch (e) {
      found.push(`${who} ${l.name}: could not be looked at: ${String(e).split('\n')[0]}`)
    }
  }
  await page.context().close()
  expect(found).toEqual([])
}

test.describe.configure({ mode: 'parallel', timeout: 600_000 })

test('axe: pages of people who have not signed in', async ({ browser, shot }) => tour(await windowOf(browser, undefined), signedOut, 'guest', shot))

test('axe: pages of a new account', async ({ browser, ada, shot }) => tour(await windowOf(browser, ada.account), empty, 'empty', shot, alternating))

for (const part of [0, 1, 2]) {
  test(`axe: pages of an account that has something of everything, with the main dialogs open (${part + 1} of 3)`, async ({ browser, ada, shot }) => {
    const looks = await furnished(ada)
    await tour(await windowOf(browser, ada.account), looks.filter((_, i) => i % 3 === part), 'full', shot)
  })
}

test('axe: pages of the administrator', async ({ browser, shot }) => tour(await windowOf(browser, stack().admin), admin, 'admin', shot))

test('axe: every page of the router is among the looks', () => {
  const source = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../src/router/index.ts'), 'utf8')
  const paths = [...source.matchAll(/path: '([^']+)', name:/g)].map((m) => m[1]!).filter((p) => !p.includes('*'))
  expect(paths.length).toBeGreaterThan(25)
  const looked = [...signedOut, ...empty, ...admin].map((l) => l.path.replace(/#.*/, ''))
  const missing = paths.filter((p) => !looked.some((l) => new RegExp(`^${p.replace(/\/:\w+(\([^)]*\))?\?/g, '(/[^/]+)?').replace(/:\w+(\([^)]*\))?/g, '[^/]+')}$`).test(l)))
  expect(missing).toEqual([])
})

const broken = (page: Page): Promise<unknown> =>
  page.route(/\/api\/v1\/(?!auth|events|account\/me)/, (route) =>
    route.request().method() === 'GET' ? route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ status: 500, code: 'internal', detail: 'Something went wrong on the server. Try again; if it stays, tell the administrator.' }) }) : route.fallback(),
  )

test('axe: pages that cannot be read', async ({ browser, ada, shot }) => {
  const page = await windowOf(browser, ada.account)
  await broken(page)
  await tour(page, failing, 'error', shot, alternating)
})

test('axe: pages of the administrator that cannot be read', async ({ browser, shot }) => {
  const page = await windowOf(browser, stack().admin)
  await broken(page)
  await tour(page, admin.map((l) => ({ ...l, open: undefined })), 'admin-error', shot, alternating)
})

test('axe: pages that are still loading', async ({ browser, ada, shot }) => {
  const page = await windowOf(browser, ada.account)
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(/\/api\/v1\/(?!auth|events|account\/me)/, async (route) => {
    await held
    await route.abort().catch(() => undefined)
  })
  try {
    await tour(page, loading, 'loading', shot, alternating)
  } finally {
    release()
  }
})
