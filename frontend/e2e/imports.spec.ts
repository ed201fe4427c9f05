import type { Assembly } from '../src/api/types'

import { asAdmin, unique, type Api } from './support/api'
import { stack } from './support/stack'
import { expect, signedIn, test } from './support/test'
import { UploadPage } from './support/upload'

/** A repository whose accessions only this test knows: `own`, four letters, and then how the stand-in is to behave. */
async function repository(api: Api, assembly: Assembly): Promise<{ name: string; own: string }> {
  const name = unique('Stand-in')
  const own = `T${Math.floor(Math.random() * 36 ** 3).toString(36).toUpperCase().padStart(3, '0')}`
  await (await asAdmin(api.http)).post('/admin/repositories', { name, connector: '4dn', baseUrl: `${stack().standin}/as/${assembly.name}`, accessionPattern: `${own}[A-Z0-9]{8}`, enabled: true })
  return { name, own }
}

test('P5 files are imported by accession and by address, several at once, with an access key where one is needed', async ({ page, ada, shot }) => {
  const assembly = await ada.assembly()
  const { name, own } = await repository(ada, assembly)
  await signedIn(page, ada, '/upload')
  const upload = new UploadPage(page)
  const address = `${stack().standin}/storage/4DNFIGOOD001.bed`
  await page.getByTestId('import-text').locator('textarea').first().fill(
    [`${own}IGOOD001, ${own}IMOVED01 ${own}ICUT0001`, `${own}IKEYED01`, `${own}IWRONG01`, `${own}MDENIED1`, `${own}NOTHING1`, address, 'http://127.0.0.1:9/inside.bed', 'nonsense'].join('\n'))
  await page.getByTestId('import-look').click()

  const good = upload.row(`${own}IGOOD001`)
  await expect(good.getByRole('textbox', { name: 'Name' })).toHaveValue('CTCF in H1-hESC')
  await expect(good).toContainText(assembly.name)
  await expect(good.getByRole('radio', { name: 'By width' })).toBeChecked() // nobody has seen its regions yet
  await expect(upload.row(`${own}MDENIED1`)).toContainText('denies access (status 403)')
  await expect(upload.row(`${own}NOTHING1`)).toContainText('no such file (status 404)')
  await expect(upload.row('http://127.0.0.1:9/inside.bed')).toContainText('inside a private network')
  await expect(upload.row('nonsense')).toContainText('neither an address nor the accession')
  await upload.assembly('4DNFIGOOD001.bed', assembly.name)
  await shot(page, 'import-confirm')
  await upload.start()
  await upload.ready(`${own}IGOOD001`, `${own}IMOVED01`, `${own}ICUT0001`, '4DNFIGOOD001.bed')
  await expect(upload.row(`${own}IWRONG01`).getByTestId('upload-error')).toContainText('MD5')
  await expect(upload.row(`${own}IKEYED01`).getByTestId('upload-error')).toContainText('access key')
  await expect(good).toContainText('point')
  await shot(page, 'import-mixed')

  await page.getByRole('button', { name: 'Access keys' }).click()
  await page.getByRole('button', { name: `Enter a key for ${name}` }).click()
  await page.getByRole('textbox', { name: 'Key', exact: true }).fill('stand-in-key')
  await page.getByLabel('Secret').fill('stand-in-secret')
  await page.getByRole('button', { name: 'Save the key' }).click()
  await expect(page.getByText('stand-in-key')).toBeVisible()
  await shot(page, 'import-keys')
  await upload.row(`${own}IKEYED01`).getByRole('button', { name: 'Import it again' }).click()
  await upload.ready(`${own}IKEYED01`)
  const d = (await ada.datasets()).find((x) => x.sampleId === `${own}IGOOD001`)
  expect(d?.description).toContain('Example Lab')
  expect(d?.facts.source?.accession).toBe(`${own}IGOOD001`)
})

test('P5 the bell tells how imports ended, each with the way to it', async ({ page, ada, shot }) => {
  const assembly = await ada.assembly()
  const { own } = await repository(ada, assembly)
  await signedIn(page, ada, '/upload')
  const upload = new UploadPage(page)
  await page.getByTestId('import-text').locator('textarea').first().fill(`${own}IGOOD001 ${own}IWRONG01`)
  await page.getByTestId('import-look').click()
  await expect(upload.row(`${own}IWRONG01`)).toHaveAttribute('data-phase', 'confirm')
  await upload.row(`${own}IWRONG01`).getByRole('textbox', { name: 'Name' }).fill('Damaged on the way')
  await upload.start()
  await page.getByRole('link', { name: 'Sessions' }).click() // imports go on in the background
  await expect(page.getByTestId('unread')).toHaveText('2')
  await page.getByTestId('bell').click()
  const notice = (text: string): ReturnType<typeof page.getByTestId> => page.getByTestId('notification').filter({ hasText: text })
  await expect(notice('“Damaged on the way” could not be imported')).toContainText('MD5')
  await expect(notice('“CTCF in H1-hESC” is ready')).toContainText('2000 regions were read')
  await shot(page, 'bell-imports')
  await notice('“Damaged on the way”').getByRole('link').click()
  await expect(page.getByRole('heading', { name: 'Damaged on the way' })).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'MD5' }).first()).toBeVisible()
  const kinds = (await ada.get<{ items: { kind: string }[] }>('/notifications')).items.map((n) => n.kind)
  expect(kinds.sort()).toEqual(['import_failed', 'import_finished']) // so that the switches of imports are about them
})
