import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Api } from './support/api'
import { ComparePage } from './support/compare'
import { stack } from './support/stack'
import { expect, signedIn, test } from './support/test'

/** A server of its own, which can be killed without a word and started again on the same folder and port. */
class OwnServer {
  private child: ChildProcess | null = null
  private readonly dir = mkdtempSync(join(tmpdir(), 'regioscope-restart-'))

  private constructor(private readonly port: number) {}

  static async make(): Promise<OwnServer> {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    return new OwnServer(port)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    this.child = spawn(join(stack().bin, 'regioscope'), ['standalone', '--data', this.dir, '--listen', `127.0.0.1:${this.port}`], { stdio: 'ignore' })
    await expect.poll(async () => fetch(`${this.url}/readyz`).then((r) => r.status, () => 0), { timeout: 60_000 }).toBe(200)
  }

  async kill(): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.dir, { recursive: true, force: true })
  }
}

test('5 server killed and restarted in the middle of edits: nothing lost, whatever the browser was doing', async ({ browser, playwright, shot }) => {
  test.slow()
  const server = await OwnServer.make()
  try {
    await server.start()
    const http = await playwright.request.newContext({ baseURL: server.url })
    const eve = await Api.register(http, 'eve')
    const [peaks] = await eve.upload(await eve.assembly(), 'CTCF_peaks.bed')
    const context = await browser.newContext({ baseURL: server.url })
    let page = await context.newPage()
    let compare = new ComparePage(page)
    await signedIn(page, eve, '/compare')
    await compare.addPanel(peaks.name)
    await compare.saved()
    const state = () => page.getByTestId('save-state')
    const titles = async (): Promise<string[]> => (await eve.get<{ document: { panels: { title: string }[] } }>('/workspace')).document.panels.map((p) => p.title)
    const rename = async (name: string): Promise<void> => {
      await compare.panels.first().getByTestId('panel-actions').click()
      await page.getByText('Rename', { exact: true }).click()
      await page.getByLabel('Title of the panel').fill(name)
      await page.getByLabel('Title of the panel').press('Enter')
      await expect(compare.panels.first().getByTestId('choose-regions')).toHaveText(name)
    }
    const duplicate = async (): Promise<void> => {
      await compare.panels.first().getByTestId('panel-actions').click()
      await page.getByTestId('duplicate-panel').click()
    }

    await test.step('killed at once after an edit, edited on while it is away', async () => {
      await rename('just before')
      await server.kill()
      await rename('while it was dead')
      await duplicate()
      await expect(compare.panels).toHaveCount(2)
      await expect(state()).toHaveAttribute('data-state', 'offline')
      await shot(page, 'server-killed')
      await server.start()
      await expect.poll(titles, { timeout: 60_000 }).toEqual(['while it was dead', 'while it was dead'])
      await compare.saved()
    })
    await test.step('killed in a burst of edits', async () => {
      for (let i = 0; i < 4; i++) await rename(`burst ${i}`)
      const away = server.kill()
      await rename('burst, last')
      await away
      await server.start()
      await expect.poll(titles, { timeout: 60_000 }).toEqual(['burst, last', 'while it was dead'])
    })
    await test.step('the browser is closed, too, before the server is back', async () => {
      await server.kill()
      await rename('only in this browser')
      await expect(state()).toHaveAttribute('data-state', 'offline')
      await page.close()
      await server.start()
      page = await context.newPage()
      compare = new ComparePage(page)
      await page.goto('/compare')
      await expect(compare.panels.first().getByTestId('choose-regions')).toHaveText('only in this browser')
      await expect.poll(titles, { timeout: 60_000 }).toEqual(['only in this browser', 'while it was dead'])
    })
    await context.close()
    await http.dispose()
  } finally {
    await server.remove()
  }
})
