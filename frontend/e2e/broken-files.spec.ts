import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

import { brokenFiles, content } from './support/broken'
import { dead, file, stack } from './support/stack'
import { expect, signedIn, test } from './support/test'
import { UploadPage } from './support/upload'

test('P4 every broken file is refused with a message of its own and leaves nothing behind', async ({ page, ada, shot }) => {
  test.slow()
  const files = brokenFiles()
  const assembly = await ada.assembly()
  const upload = new UploadPage(page)
  await signedIn(page, ada, '/upload')
  await upload.add(...files.map(content))
  // Of files that cannot be read the page cannot tell.
  await upload.assemblyOfAll(assembly.name, 'Point')
  for (const f of files) {
    if (f.kind) await upload.kind(f.name, f.kind)
    if (f.assembly) await upload.assembly(f.name, f.assembly)
  }
  await upload.start()

  await expect(upload.atWork).toHaveCount(0, { timeout: 120_000 })

  const said = new Map<string, string>()
  for (const f of files) {
    const error = upload.row(f.name).getByTestId('upload-error')
    said.set(f.name, (await error.isVisible()) ? await error.innerText() : '(accepted)')
    expect.soft(said.get(f.name), f.name).toMatch(f.says)
  }
  await shot(page, 'broken-after')
  await test.info().attach('messages', { body: [...said].map(([name, s]) => `${name}\n${s}\n`).join('\n') })
  // Two causes never share a message, whatever the file is called.
  const causes = new Set(files.map((f) => f.says.source.replaceAll(f.name.replace('.', '\\.'), '')))
  const texts = new Set([...said].map(([name, s]) => s.replaceAll(name, '')))
  expect.soft(texts.size).toBeGreaterThanOrEqual(causes.size)

  await test.step('nothing is left', async () => {
    for (const d of await ada.datasets()) expect.soft(d.state, `${d.name} is in the list`).toBe('failed')
    await upload.takeOff(files[0].name)
    await page.getByRole('button', { name: 'Take the failed ones off the list' }).click()
    await expect(upload.rows).toHaveCount(0)
    await expect.poll(async () => (await ada.datasets()).map((d) => d.name)).toEqual([])
    const stored = new Set(readdirSync(stack().dir, { recursive: true, encoding: 'utf8' }).map((p) => p.split('/').pop()))
    const sha = (b: Buffer): string => createHash('sha256').update(b).digest('hex')
    const whole = ['wild_type.mcool', 'CTCF.bw'].map((n) => sha(readFileSync(file(n))))
    for (const f of files) {
      if (!whole.includes(sha(f.bytes))) expect.soft(stored.has(sha(f.bytes)), `${f.name} is still on the data volume`).toBe(false)
    }
  })

  await test.step('server and worker go on', async () => {
    expect(dead()).toEqual([])
    await upload.add(file('loops.bedpe'), file('unbalanced.cool'))
    await upload.assemblyOfAll(assembly.name)
    await upload.start()
    await upload.ready('loops.bedpe', 'unbalanced.cool')
    await expect(upload.row('unbalanced.cool')).toContainText('No balancing weights at 100 kb')
  })
})
