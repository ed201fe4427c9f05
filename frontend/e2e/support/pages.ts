import type { Browser, Page } from '@playwright/test'

import type { Collection } from '../../src/api/types'

import type { Api } from './api'
import { stack } from './stack'
import { signIn } from './test'

/** One look at a page: how to get there, and what must be seen before it counts. */
export interface Look {
  name: string
  path: string
  /** Waits until the page shows what it is about, and opens what is to be looked at. */
  open?: (page: Page) => Promise<void>
  /** It stays at loading. */
  busy?: boolean
}

const heading = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('heading', { name, level: 1 }).first().waitFor()

export const signedOut: Look[] = [
  { name: 'login', path: '/login' },
  { name: 'login-wrong', path: '/login', open: async (p) => {
    await p.getByLabel('User name').fill('nobody-here')
    await p.getByLabel('Password').fill('a wrong password')
    await p.getByRole('button', { name: 'Sign in' }).click()
    await p.getByRole('alert').first().waitFor()
  } },
  { name: 'register', path: '/register' },
  { name: 'register-wrong', path: '/register', open: async (p) => {
    await p.getByLabel('User name').fill('a')
    await p.getByLabel('Password', { exact: true }).fill('x')
    await p.getByRole('button', { name: 'Create account' }).click()
  } },
  { name: 'confirm-without', path: '/confirm' },
  { name: 'confirm-wrong', path: '/confirm#wrong' },
  { name: 'reset', path: '/reset' },
  { name: 'reset-new', path: '/reset#wrong' },
  { name: 'shared-wrong', path: '/s/wrong' },
]

/** Pages that everybody with an account has, as they are before anything is there. */
export const empty: Look[] = [
  { name: 'home', path: '/' },
  { name: 'regions', path: '/datasets/regions' },
  { name: 'features', path: '/datasets/features' },
  { name: 'dataset-none', path: '/datasets/999999' },
  { name: 'collections', path: '/collections' },
  { name: 'collection-none', path: '/collections/999999' },
  { name: 'upload', path: '/upload' },
  { name: 'assemblies', path: '/assemblies' },
  { name: 'assembly-none', path: '/assemblies/999999' },
  { name: 'trash', path: '/trash' },
  { name: 'notifications', path: '/notifications' },
  { name: 'preprocess', path: '/preprocess' },
  { name: 'runs', path: '/runs' },
  { name: 'compare', path: '/compare' },
  { name: 'locus', path: '/locus' },
  { name: 'palette', path: '/', open: async (p) => { await p.keyboard.press('Control+k'); await p.getByRole('dialog').waitFor() } },
  { name: 'shortcuts', path: '/compare', open: async (p) => { await p.keyboard.press('?'); await p.getByRole('dialog').waitFor() } },
  { name: 'sessions', path: '/sessions' },
  { name: 'account', path: '/account' },
  { name: 'help', path: '/help' },
  { name: 'not-found', path: '/no/such/page' },
  { name: 'admin-refused', path: '/admin/users' },
  { name: 'admin-repositories-refused', path: '/admin/repositories' },
]

/** Whose lists cannot be read: the page has to say so. */
export const failing: Look[] = empty.filter((l) => !/none|not-found|help|refused/.test(l.name))

/** Whose lists are on their way: skeletons, without waiting for them to go. */
export const loading: Look[] = empty.filter((l) => /^(home|regions|collections|assemblies|trash|preprocess|runs|sessions|compare|notifications|account)$/.test(l.name)).map((l) => ({ ...l, busy: true }))

export const admin: Look[] = [
  { name: 'admin-users', path: '/admin/users', open: (p) => p.getByRole('row').nth(1).waitFor() },
  { name: 'admin-repositories', path: '/admin/repositories' },
  { name: 'admin-queues', path: '/admin/queues' },
  { name: 'admin-pipelines', path: '/admin/pipelines' },
  { name: 'admin-runs', path: '/admin/runs' },
  { name: 'admin-workers', path: '/admin/workers' },
  { name: 'admin-changes', path: '/admin/changes' },
  { name: 'admin-storage', path: '/admin/storage' },
  { name: 'admin-health', path: '/admin/health' },
]

/** An account with something of everything, and how it looks then. */
export async function furnished(api: Api): Promise<Look[]> {
  const assembly = await api.assembly()
  const [set, intervals, pairs, track, map] = await api.upload(assembly, 'CTCF_peaks.bed', { name: 'domains.bed', text: 'chr1\t100000\t400000\tTAD_1\t5\t+\nchr1\t600000\t900000\tTAD_2\t7\t-\nchr2\t50000\t300000\tTAD_3\t1\t+\n' }, 'loops.bedpe', 'CTCF.bw', 'wild_type.mcool')
  const [doomed] = await api.upload(assembly, { name: 'old.bed', text: 'chr1\t1\t2\n' })
  await api.post('/datasets/delete', { ids: [doomed!.id] })
  await api.change([set!.id], { set: { cellType: 'HeLa', description: 'Peaks of CTCF, as an example' } }).catch(() => undefined)
  await api.genes(assembly, 'Synthetic genes')
  const collection = await api.post<Collection>('/collections', { name: 'Where they lie', kind: 'regions', datasetIds: [set!.id, intervals!.id] })
  await api.preprocess([set!], [track!, map!])
  const smart = await api.post<Collection>('/collections', { name: 'All of HeLa', kind: 'regions', query: { cellTypes: ['HeLa'], assemblyIds: [assembly.id] } })
  const session = await api.session('Peaks, two ways', { version: 1, panels: [{ id: 'p', title: '', regionSetId: set!.id, window: 100000, collapsed: false, span: 2, widgets: [
    { id: 'a', type: 'average2d', span: 1, featureIds: [map!.id], bin: 5000, options: {} },
    { id: 'b', type: 'average1d', span: 1, featureIds: [track!.id], bin: 2000, options: {} },
    { id: 'c', type: 'stackup', span: 1, featureIds: [track!.id], bin: 2000, options: {} },
  ] }] })
  const ready = (p: Page, name: string): Promise<void> => p.locator(`[data-testid="widget-${name}"][data-status="ready"]`).first().waitFor()
  const dialog = (p: Page): Promise<void> => p.getByRole('dialog').first().waitFor()
  const click = (role: 'button' | 'checkbox', name: string | RegExp) => (p: Page): Promise<void> => p.getByRole(role, { name }).first().click()
  return [
    { name: 'home', path: '/' },
    { name: 'regions', path: '/datasets/regions', open: (p) => p.getByRole('link', { name: 'CTCF_peaks' }).first().waitFor() },
    { name: 'regions-selected', path: '/datasets/regions', open: async (p) => {
      for (const n of ['CTCF_peaks', 'domains']) await p.getByRole('checkbox', { name: `Select ${n}`, exact: true }).click()
      await p.getByRole('region', { name: 'Selected datasets' }).waitFor()
    } },
    { name: 'features', path: '/datasets/features', open: (p) => p.getByRole('link', { name: 'wild_type' }).first().waitFor() },
    { name: 'dataset-regions', path: `/datasets/${set!.id}`, open: (p) => heading(p, 'CTCF_peaks') },
    { name: 'dataset-pairs', path: `/datasets/${pairs!.id}`, open: (p) => heading(p, 'loops') },
    { name: 'dataset-signal', path: `/datasets/${track!.id}`, open: (p) => p.getByTestId('preview-signal').waitFor() },
    { name: 'dataset-map', path: `/datasets/${map!.id}`, open: (p) => p.getByTestId('preview-map').waitFor() },
    { name: 'dataset-edit', path: `/datasets/${set!.id}`, open: async (p) => { await click('button', 'Edit')(p); await p.getByRole('button', { name: 'Save' }).first().waitFor() } },
    { name: 'dataset-share', path: `/datasets/${set!.id}`, open: async (p) => { await p.getByTestId('share').click(); await p.getByTestId('share-dialog').waitFor() } },
    { name: 'dataset-delete', path: `/datasets/${set!.id}`, open: async (p) => { await click('button', 'Delete')(p); await dialog(p) } },
    { name: 'collections', path: '/collections', open: (p) => p.getByRole('link', { name: 'Where they lie' }).waitFor() },
    { name: 'collection', path: `/collections/${collection.id}`, open: (p) => heading(p, 'Where they lie') },
    { name: 'collection-add', path: `/collections/${collection.id}`, open: async (p) => { await click('button', 'Add members')(p) } },
    { name: 'collection-filter', path: `/collections/${smart.id}`, open: async (p) => { await click('button', 'Edit the filter')(p); await p.getByText(/^Finds/).waitFor() } },
    { name: 'upload-key', path: '/upload', open: async (p) => { await click('button', 'Access keys')(p); await click('button', /^Enter a key/)(p); await click('button', 'Save the key')(p) } },
    { name: 'dataset-derive', path: `/datasets/${set!.id}`, open: async (p) => {
      await click('button', 'New set from this…')(p)
      await p.getByRole('dialog').getByRole('radio', { name: 'Subtract' }).click({ force: true })
    } },
    { name: 'upload-files', path: '/upload', open: async (p) => {
      await p.getByTestId('file-input').setInputFiles([
        { name: 'peaks.bed', mimeType: 'text/plain', buffer: Buffer.from('chr1\t100\t200\n') }, { name: 'page.bed', mimeType: 'text/plain', buffer: Buffer.from('<html>') },
      ])
      await click('button', 'Apply to all')(p)
    } },
    { name: 'assembly', path: `/assemblies/${assembly.id}`, open: async (p) => {
      await p.getByRole('textbox', { name: 'Name, id, or' }).fill('GENE_1')
      await p.getByTestId('gene').first().waitFor()
    } },
    { name: 'assembly-genes-form', path: `/assemblies/${assembly.id}`, open: async (p) => { await p.getByTestId('add-annotation').click(); await p.getByRole('form', { name: 'New gene annotation' }).waitFor() } },
    { name: 'assembly-built-in', path: '/assemblies/1' },
    { name: 'trash', path: '/trash', open: (p) => p.getByRole('row').nth(1).waitFor() },
    { name: 'notifications', path: '/notifications', open: (p) => p.getByTestId('notification').first().waitFor() },
    { name: 'bell', path: '/help', open: async (p) => { await p.getByTestId('bell').click(); await p.getByTestId('notification').first().waitFor() } },
    { name: 'preprocess', path: '/preprocess', open: (p) => p.locator('button[data-state="finished"]').first().waitFor() },
    { name: 'preprocess-options', path: '/preprocess', open: async (p) => {
      await p.getByTestId('options').click()
      await p.getByRole('button', { name: 'custom', exact: true }).click()
      await p.getByTestId('choose-everything').click()
      await p.getByTestId('estimate').filter({ hasText: 'Estimat' }).waitFor()
    } },
    { name: 'runs', path: '/runs', open: async (p) => { await click('button', /^Show the log/)(p); await p.locator('[data-testid^="log-"] li').first().waitFor() } },
    { name: 'compare', path: `/compare/${session.id}`, open: async (p) => { for (const w of ['average2d', 'average1d', 'stackup']) await ready(p, w) } },
    { name: 'compare-menu', path: `/compare/${session.id}`, open: async (p) => { await p.getByTestId('add-widget').click(); await p.getByTestId('add-average2d').waitFor() } },
    { name: 'locus', path: `/locus?set=${set!.id}&row=3`, open: (p) => p.locator('canvas').first().waitFor() },
    { name: 'locus-unknown', path: `/locus?set=${set!.id}&at=chr9:1-2` },
    { name: 'sessions', path: '/sessions', open: (p) => p.getByRole('link', { name: 'Peaks, two ways' }).first().waitFor() },
    { name: 'session-versions', path: '/sessions', open: async (p) => { await click('button', /^Versions of Peaks, two ways/)(p); await p.getByTestId('version').first().waitFor() } },
    { name: 'session-share', path: '/sessions', open: async (p) => { await click('button', /^Share Peaks, two ways/)(p); await p.getByTestId('share-dialog').waitFor() } },
    { name: 'account', path: '/account' },
  ]
}

/** A page of its own window, signed in. */
export async function windowOf(browser: Browser, who: { username: string; password: string } | undefined): Promise<Page> {
  const context = await browser.newContext({ baseURL: stack().url, viewport: { width: 1360, height: 900 }, locale: 'en-GB', reducedMotion: 'reduce' })
  const page = await context.newPage()
  if (who) {
    await page.goto('/login')
    await signIn(page, who)
    await page.getByTestId('user-menu').waitFor()
  }
  return page
}

/** Settled: nothing is loading any more, or has loaded what it can. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1, [role="alert"], main').first().waitFor()
  await page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy="true"]'), undefined, { timeout: 15_000 }).catch(() => undefined)
}

