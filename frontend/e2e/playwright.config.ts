import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { defineConfig, devices } from '@playwright/test'

/** A browser of the machine: the one named in the environment, or the first on the PATH; else the one that Playwright has installed. */
function chromium(): string | undefined {
  const named = process.env.REGIOSCOPE_E2E_CHROMIUM
  if (named) return named
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']
  return ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((dir) => join(dir, name))).find((path) => existsSync(path))
}

export default defineConfig({
  testDir: '.',
  outputDir: 'results/artifacts',
  globalSetup: './global-setup.ts',
  fullyParallel: false,
  workers: Number(process.env.REGIOSCOPE_E2E_WORKERS) || 2,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'results/report.json' }]],
  // What administrators set holds for the whole installation: those tests go when no other needs it as it was.
  // One of them by itself: --no-deps.
  projects: [
    { name: 'pages', testIgnore: /(admin|registration)\.spec/ },
    { name: 'settings', testMatch: /admin\.spec/, dependencies: ['pages'] },
    { name: 'registration', testMatch: /registration\.spec/, dependencies: ['settings'] },
  ],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1360, height: 900 },
    locale: 'en-GB',
    // Spinners cost a processor each where pixels are painted without a graphics card.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    actionTimeout: 20_000,
    launchOptions: { executablePath: chromium(), args: ['--no-sandbox'] },
  },
})
