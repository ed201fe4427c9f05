import type { Api } from './support/api'
import { expect, signedIn, test } from './support/test'

/** A set with so many points that its stackup takes seconds. */
async function heavy(ada: Api): Promise<void> {
  const points = Array.from({ length: 150_000 }, (_, i) => `chr1\t${100 + i * 52}\t${101 + i * 52}`).join('\n')
  await ada.upload(await ada.assembly(), { name: 'many_points.bed', text: points }, 'TAD_boundaries.bed', 'CTCF.bw', 'wild_type.mcool')
}

test('P14 P15 runs: progress is live, a waiting and a running one can be cancelled, and run again', async ({ page, ada, shot }) => {
  test.slow()
  await heavy(ada)
  await signedIn(page, ada, '/preprocess')
  await page.getByRole('button', { name: 'many_points × CTCF' }).click()
  await page.getByTestId('submit-preprocess').click()
  await expect(page.getByTestId('preprocess-answer')).toContainText('1 run started')
  await page.getByRole('button', { name: 'TAD_boundaries × CTCF' }).click()
  await page.getByTestId('submit-preprocess').click()
  await page.getByTestId('runs-indicator').click()

  const row = (set: string): ReturnType<typeof page.getByRole> => page.getByRole('row').filter({ hasText: set }).filter({ hasText: 'CTCF' }).filter({ hasText: 'Stackup' })
  const [first, second] = [row('many_points'), row('TAD_boundaries')]
  await expect(first).toHaveAttribute('data-state', 'running', { timeout: 30_000 })
  await second.getByRole('button', { name: /^Cancel/ }).click()
  await expect(second).toHaveAttribute('data-state', 'cancelled')
  await expect(first).toContainText(/[1-9]\d? % · \w+/, { timeout: 30_000 })
  await expect(page.getByTestId('runs-indicator')).toContainText('1 running')
  await shot(page, 'runs')
  await first.getByRole('button', { name: /^Cancel/ }).click()
  await expect(first).toHaveAttribute('data-state', 'cancelled', { timeout: 15_000 })

  await second.getByRole('button', { name: /^Run again/ }).click()
  await expect(second).toHaveAttribute('data-state', 'finished', { timeout: 30_000 })
  await expect(page.getByTestId('runs-indicator')).toContainText('Runs')
  await page.goto('/preprocess')
  await expect(page.getByRole('button', { name: 'TAD_boundaries × CTCF: n' })).toHaveAttribute('data-state', 'finished')
  await expect(page.getByRole('button', { name: 'many_points × CTCF' })).toHaveAttribute('data-state', 'cancelled')
})

test('P15 a run that fails says why, on its page and in Compare', async ({ page, ada }) => {
  await ada.upload(await ada.assembly(), 'TAD_boundaries.bed', 'unbalanced.cool')
  await signedIn(page, ada, '/preprocess')
  await page.getByTestId('choose-everything').click()
  await page.getByTestId('submit-preprocess').click()
  await expect(page.getByTestId('preprocess-answer')).toContainText('All have ended.', { timeout: 30_000 })
  await page.goto('/compare')
  await page.getByTestId('add-panel').click()
  await page.getByText('TAD_boundaries').last().click()
  await page.getByTestId('add-widget').click()
  await page.getByTestId('add-average2d').click()
  await expect(page.getByTestId('widget-average2d')).toContainText(/no .*(level|weights)/)
})
