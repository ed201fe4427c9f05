import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What runs: the answer of backend/testkit/stackcmd, and where the generated files are. */
export interface Stack {
  url: string
  mode: 'service' | 'standalone'
  backends: string[]
  bin: string
  dir: string
  pids: Record<string, number>
  admin: { username: string; password: string }
  files: string
  /** The stand-in of data repositories: see backend/testkit/standin. */
  standin: string
}

export function stack(): Stack {
  return JSON.parse(process.env.REGIOSCOPE_E2E_STACK ?? '{}') as Stack
}

/** A generated file: those of the demo genome (see files.json there) and those of support/coolers.go. */
export const file = (name: string): string => join(stack().files, name)

/** Public test data beside the project; undefined where they are not. */
export function testData(name: string): string | undefined {
  const root = process.env.REGIOSCOPE_TESTDATA ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data')
  const path = join(root, 'datasets', name)
  return existsSync(path) ? path : undefined
}

/** Processes that have ended. A zombie counts: nobody has waited for it, but it does nothing any more. */
export function dead(): string[] {
  return Object.entries(stack().pids).filter(([, pid]) => !alive(pid)).map(([name]) => name)
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !existsSync('/proc/self/stat') || !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
