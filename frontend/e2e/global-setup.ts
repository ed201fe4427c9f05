import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Stack } from './support/stack'

const here = dirname(fileURLToPath(import.meta.url))
const module = join(here, '..', '..')
const results = join(here, 'results')

/**
 * Starts the service mode (see backend/testkit/stackcmd) and makes the files that the tests upload. Tests get to know
 * about both by the environment. REGIOSCOPE_E2E_BIN names a folder with the programs, else `make build` makes them;
 * REGIOSCOPE_E2E_STANDALONE=1 tests `regioscope standalone`.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.REGIOSCOPE_E2E_STACK) return async () => undefined
  for (const dir of ['files', 'screens', 'logs']) rmSync(join(results, dir), { recursive: true, force: true })
  mkdirSync(join(results, 'screens'), { recursive: true })
  const args = ['run', './backend/testkit/stackcmd', '--logs', join(results, 'logs')]
  if (process.env.REGIOSCOPE_E2E_BIN) args.push('--bin', process.env.REGIOSCOPE_E2E_BIN)
  if (process.env.REGIOSCOPE_E2E_STANDALONE) args.push('--standalone')
  const child = spawn('go', args, { cwd: module, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the service mode did not start (status ${code}); the reason is above`)))
  })
  const stack = JSON.parse(line) as Stack
  if (stack.mode !== 'service') console.log('NOTE: these tests run against regioscope standalone, not against the service mode')

  stack.files = join(results, 'files')
  execFileSync(join(stack.bin, 'regioscope-worker'), ['generate', '--preset', 'tiny', '--quiet', '--out', stack.files], { cwd: module, stdio: ['ignore', 'ignore', 'inherit'] })
  execFileSync('go', ['run', './frontend/e2e/support/coolers.go', stack.files], { cwd: module, stdio: 'inherit' })
  process.env.REGIOSCOPE_E2E_STACK = JSON.stringify(stack)
  return async () => {
    child.stdin.end()
    await ended
  }
}
