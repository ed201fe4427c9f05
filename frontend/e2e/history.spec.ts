import type { Page } from '@playwright/test'

import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

/** The document as this browser keeps it, the members of every object in one order. */
async function stored(page: Page): Promise<string> {
  return page.evaluate(() => {
    const key = Object.keys(localStorage).find((k) => k.startsWith('regioscope.workspace.'))
    const { document } = JSON.parse(localStorage.getItem(key ?? '') ?? '{}') as { document: unknown }
    return JSON.stringify(document, (_, v: unknown) => (v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v))
  })
}

const widget = (id: string, type: string) => ({ id, type, span: 1, featureIds: [], bin: 0, options: {} })

/** A linear congruential generator (Numerical Recipes, ranqd1): the same edits every time. */
function random(seed: number): () => number {
  let s = seed >>> 0
  return () => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

test('50 random edits, undone to the start and redone to the end: the same document, here and on the server', async ({ page, ada }) => {
  test.slow()
  const [peaks, tads] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'TAD_boundaries.bed')
  const at = { title: '', window: 100_000, collapsed: false, span: 2 }
  const panels = [{ ...at, id: 'p', regionSetId: peaks.id, widgets: [widget('a', 'average2d'), widget('b', 'stackup'), widget('c', 'stackup')] }, { ...at, id: 'q', regionSetId: tads.id, widgets: [widget('d', 'average2d')] }]
  const session = await ada.session('history', { version: 1, panels })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  await expect(compare.panels).toHaveCount(2)
  await compare.saved()
  const start = await stored(page)
  const rnd = random(20261122)
  const pick = <T>(list: T[]): T => list[Math.floor(rnd() * list.length)]
  const [PANEL, WIDGET] = [['Duplicate', 'Move before', 'Move after', 'Wider', 'Narrower', 'Delete'], ['Move left', 'Move right', 'Wider', 'Narrower', 'Duplicate', 'Delete']]

  let [document, edits] = [start, 0]
  for (let tries = 0; edits < 50; tries++) {
    expect(tries, 'edits that change nothing').toBeLessThan(300)
    const n = await compare.panels.count()
    const widgets = page.locator('section.widget')
    const many = await widgets.count()
    const onPanel = rnd() < 0.4 || many === 0
    if (rnd() < 0.15 && n > 0) await page.getByRole('button', { name: /^(Unf|F)old panel$/ }).nth(Math.floor(rnd() * n)).click()
    else {
      const actions = onPanel ? page.getByTestId('panel-actions') : page.getByTestId('widget-actions').locator('visible=true')
      const count = await actions.count()
      if (count === 0) continue
      // Few copies and few deletions, so that there is always something to edit.
      const what = pick((onPanel ? PANEL : WIDGET).filter((t) => (t !== 'Delete' || (onPanel ? n > 2 : many > 3)) && (t !== 'Duplicate' || (onPanel ? n < 4 : many < 9))))
      await actions.nth(Math.floor(rnd() * count)).click()
      const list = page.getByRole('list', { name: onPanel ? 'Actions of this panel' : 'Actions of this widget' }).or(page.getByRole('listbox', { name: onPanel ? 'Actions of this panel' : 'Actions of this widget' })).last()
      const item = list.locator('.v-list-item').filter({ has: page.getByText(what, { exact: true }) }).first()
      if (await item.evaluate((e) => e.classList.contains('v-list-item--disabled'))) await page.keyboard.press('Escape')
      else await item.click()
      await expect(list).toBeHidden()
    }
    const next = await stored(page)
    if (next === document) continue
    document = next
    edits++
  }
  const end = document
  await compare.saved()
  for (let i = 0; i < 50; i++) await page.keyboard.press('Control+z')
  expect(await stored(page)).toBe(start)
  await expect(page.getByRole('button', { name: /^(Undo: open|Nothing to undo)/ })).toBeVisible() // opening the session is an edit, too
  for (let i = 0; i < 50; i++) await page.keyboard.press('Control+Shift+z')
  expect(await stored(page)).toBe(end)
  await expect(page.getByRole('button', { name: 'Nothing to redo' })).toBeDisabled()
  await compare.saved()
  await page.reload()
  await expect(compare.panels.first()).toBeVisible()
  await expect(page.getByTestId('save-state')).toHaveAttribute('data-state', 'saved')
  const draft = await ada.get<{ document: { panels: unknown[] } }>('/workspace')
  expect(draft.document.panels).toEqual((JSON.parse(end) as { panels: unknown[] }).panels)
})

test('nothing is lost: a reload, an ended sign-in and a server that is away, each in the middle of an edit', async ({ page, context, ada, shot }) => {
  test.slow()
  const [peaks] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed')
  const session = await ada.session('kept', { version: 1, panels: [{ id: 'p', title: '', window: 100_000, collapsed: false, span: 2, regionSetId: peaks.id, widgets: [widget('a', 'average2d')] }] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, `/compare/${session.id}`)
  await compare.saved()
  const panel = compare.panels.first()
  const rename = async (name: string): Promise<void> => {
    await panel.getByTestId('panel-actions').click()
    await page.getByText('Rename', { exact: true }).click()
    await page.getByLabel('Title of the panel').fill(name)
    await page.getByLabel('Title of the panel').press('Enter')
  }
  const titled = (name: string) => expect(panel.getByTestId('choose-regions')).toHaveText(name)
  const onServer = async (): Promise<string> => (await ada.get<{ document: { panels: { title: string }[] } }>('/workspace')).document.panels[0].title

  await test.step('reloaded at once, the server taking nothing', async () => {
    await page.route('**/api/v1/workspace', (r) => (r.request().method() === 'PUT' ? r.abort() : r.continue()))
    await rename('before the reload')
    await titled('before the reload')
    await page.reload()
    await titled('before the reload')
    await page.unroute('**/api/v1/workspace')
    await expect.poll(onServer, { timeout: 30_000 }).toBe('before the reload')
  })
  await test.step('a server that is away: said so, kept here, sent when it is back', async () => {
    await page.route('**/api/v1/**', (r) => r.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'unavailable', detail: 'The server is being restarted.' }) }))
    await rename('while it was away')
    await expect(page.getByTestId('save-state')).toHaveAttribute('data-state', 'offline')
    await expect(page.getByTestId('save-state')).toContainText('kept in this browser')
    await titled('while it was away')
    await rename('and once more')
    await shot(page, 'server-away')
    await page.unroute('**/api/v1/**')
    await expect.poll(onServer, { timeout: 30_000 }).toBe('and once more')
    await compare.saved()
  })
  await test.step('a sign-in that has ended: signed in on the spot, the edit is there and is sent', async () => {
    // The refresh cookie is gone, and the server takes the access token no longer.
    await context.clearCookies()
    let refused = false
    await page.route('**/api/v1/workspace', (r) => {
      if (refused || r.request().method() !== 'PUT') return r.continue()
      refused = true
      return r.fulfill({ status: 401, json: { code: 'unauthorized', status: 401 } })
    })
    await rename('signed out')
    const dialog = page.getByTestId('relogin')
    await expect(dialog).toBeVisible()
    await shot(page, 'signed-out-mid-edit')
    await dialog.getByLabel('Password').fill(ada.account.password)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await expect(dialog).toHaveCount(0)
    await titled('signed out')
    await expect.poll(onServer, { timeout: 30_000 }).toBe('signed out')
  })
})
