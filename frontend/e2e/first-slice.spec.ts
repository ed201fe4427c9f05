import { unique } from './support/api'
import { ComparePage } from './support/compare'
import { file, testData } from './support/stack'
import { expect, signedIn, test } from './support/test'
import { UploadPage } from './support/upload'

test('demo data: from a new account to three pictures that outlive a reload', async ({ page, shot }) => {
  const name = unique('ada')
  const assembly = unique('demo1tiny')
  const upload = new UploadPage(page)
  const compare = new ComparePage(page)

  await test.step('register', async () => {
    await page.goto('/')
    await expect(page).toHaveURL(/\/login/)
    await page.getByRole('link', { name: 'Create one' }).click()
    // The page before has a field of the same name, and stays until the next one has been fetched.
    await expect(page.getByRole('heading', { name: 'Create an account' })).toBeVisible()
    await page.getByLabel('User name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
    await page.getByLabel('Password, once more').fill('correct horse battery')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByTestId('user-menu')).toHaveText(name)
    await shot(page, 'first-run')
  })

  await test.step('log out and in', async () => {
    await page.getByTestId('user-menu').click()
    await page.getByTestId('sign-out').click()
    await page.getByLabel('User name').fill(name)
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByTestId('user-menu')).toHaveText(name)
  })

  await test.step('an assembly of its own', async () => {
    await page.goto('/assemblies')
    await page.getByRole('button', { name: 'New assembly' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill(assembly)
    await page.getByTestId('sizes').setInputFiles(file('chrom.sizes'))
    await page.getByTestId('arms').setInputFiles(file('arms.csv'))
    await page.getByRole('button', { name: 'Create' }).click()
    const row = page.getByRole('row').filter({ hasText: assembly })
    await expect(row).toContainText('6 arms')
    await expect(row).toContainText('18 Mb')
    await shot(page, 'assemblies')
  })

  await test.step('upload', async () => {
    await upload.open()
    const names = ['CTCF_peaks.bed', 'wild_type.mcool', 'CTCF.bw']
    await upload.add(...names.map(file))
    for (const n of names) await upload.assembly(n, assembly)
    await shot(page, 'upload-confirm')
    await upload.start()
    await upload.ready(...names)
    await expect(upload.row('CTCF_peaks.bed')).toContainText(/\d+ regions/)
    await expect(upload.row('wild_type.mcool')).toContainText('4 resolutions, 5 kb to 50 kb')
    await expect(upload.row('CTCF.bw')).toContainText('3 chromosomes')
    await shot(page, 'upload-ready')
  })

  await test.step('preprocess', async () => {
    await page.getByTestId('go-preprocess').click()
    await page.getByTestId('choose-everything').click()
    await page.getByTestId('submit-preprocess').click()
    await expect(page.getByTestId('preprocess-answer')).toContainText('2 runs started')
    await expect(page.getByTestId('preprocess-answer')).toContainText('All have ended.', { timeout: 40_000 })
    for (const feature of ['wild_type', 'CTCF']) {
      await expect(page.getByRole('button', { name: `CTCF_peaks × ${feature}: n` })).toHaveAttribute('data-state', 'finished')
    }
    await shot(page, 'preprocess')
  })

  await test.step('compare', async () => {
    await compare.open()
    await compare.addPanel('CTCF_peaks')
    const panel = compare.panels.first()
    for (const w of ['average2d', 'average1d', 'stackup'] as const) await compare.drawn(await compare.addWidget(panel, w))
    await expect(panel.getByTestId('n-of-n').first()).toContainText(/\d+ of \d+/)
    await compare.saved()
    await shot(page, 'compare')
  })

  await test.step('reload', async () => {
    await page.reload()
    const panel = compare.panels.first()
    await compare.drawn(panel.getByTestId('widget-average2d'), panel.getByTestId('widget-average1d'), panel.getByTestId('widget-stackup'))
    await expect(compare.panels).toHaveCount(1)
    await shot(page, 'compare-reloaded')
  })
})

// The map has one level, 5 Mb, which no picture uses: the page has to say so instead of drawing something.
test('public data: CTCF_peaks.bed, test.mcool, test.bw', async ({ page, ada, shot }) => {
  const names = ['CTCF_peaks.bed', 'test.mcool', 'test.bw']
  const paths = names.map((n) => testData(`hicog_tests/${n}`)).filter((p) => p !== undefined)
  test.skip(paths.length < names.length, 'the public test data (hicog_tests) are not beside the project')
  const upload = new UploadPage(page)
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/upload')

  await upload.add(...paths)
  await expect(upload.row('test.bw')).toContainText('the chromosome lengths in the file')
  for (const n of names) await upload.assembly(n, 'hg19')
  await upload.start()
  await upload.ready(...names)
  await expect(upload.row('CTCF_peaks.bed')).toContainText('65,605 regions')
  await expect(upload.row('test.mcool')).toContainText('1 resolution, 5 Mb')

  await page.getByTestId('go-preprocess').click()
  await page.getByTestId('choose-everything').click()
  await page.getByTestId('submit-preprocess').click()
  await expect(page.getByTestId('preprocess-answer')).toContainText('All have ended.', { timeout: 50_000 })
  await shot(page, 'public-preprocess')

  await compare.open()
  await compare.addPanel('CTCF_peaks')
  const panel = compare.panels.first()
  for (const w of ['average2d', 'average1d', 'stackup'] as const) await compare.addWidget(panel, w)
  for (const again of [false, true]) {
    if (again) await page.reload()
    await compare.drawn(panel.getByTestId('widget-average1d'), panel.getByTestId('widget-stackup'))
    await expect(panel.getByTestId('widget-average2d')).toContainText(/not available.*5 Mb/)
    await compare.saved()
  }
  await shot(page, 'public-compare')
})
