import { defineConfig } from '@playwright/test'

import tests from '../playwright.config'

/** `make bench-pages`: how long people wait, told as numbers. Nothing here fails because it is slow. */
export default defineConfig({
  ...tests,
  testDir: '.',
  testMatch: /\.bench\.ts$/,
  outputDir: '../results/speed',
  globalSetup: '../global-setup.ts',
  workers: 1,
  timeout: 900_000,
  reporter: [['line']],
  projects: undefined,
  // A trace of everything would cost as much as what is measured.
  use: { ...tests.use, trace: 'off', screenshot: 'only-on-failure' },
})
