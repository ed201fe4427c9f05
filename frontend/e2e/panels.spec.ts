import { ComparePage } from './support/compare'
import { expect, signedIn, test } from './support/test'

test('5.1 5.11 P16 P18: panels and widgets by mouse, menu, palette and keyboard: the usual six, wider by handle and keyboard, swapped, copied, moved, duplicated with another set, folded, deleted and undone', async ({ page, ada, shot }) => {
  test.slow()
  const [peaks, tads, ctcf, h3k27ac] = await ada.upload(await ada.assembly(), 'CTCF_peaks.bed', 'TAD_boundaries.bed', 'CTCF.bw', 'H3K27ac.bw', 'wild_type.mcool')
  await ada.post('/collections', { name: 'Marks', kind: 'signals', datasetIds: [ctcf.id, h3k27ac.id] })
  await ada.post('/collections', { name: 'Sets', kind: 'regions', datasetIds: [tads.id, peaks.id] })
  const compare = new ComparePage(page)
  await signedIn(page, ada, '/compare')
  await compare.addPanel(peaks.name)
  const [first, second] = [compare.panels.nth(0), compare.panels.nth(1)]
  const kinds = (panel: typeof first) => panel.locator('section.widget').evaluateAll((list) => list.map((w) => (w as HTMLElement).dataset.testid!.replace('widget-', '')))
  const SIX = ['average2d', 'average1d', 'stackup', 'embedding1d', 'embedding2d', 'association']

  await test.step('the usual six in one step', async () => {
    await first.getByTestId('add-widget').first().click()
    await expect(page.getByTestId('add-usual')).toContainText('1D embedding, 2D embedding, Association')
    await page.getByTestId('add-usual').click()
    await expect.poll(() => kinds(first)).toEqual(SIX)
    await page.keyboard.press('Control+z')
    await expect.poll(() => kinds(first)).toEqual([])
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(() => kinds(first)).toEqual(SIX)
  })
  const span = first.getByTestId('span').first()
  await test.step('wider with the arrow keys, narrower with the pointer', async () => {
    await expect(span).toHaveAttribute('aria-valuenow', '1')
    await span.press('ArrowRight')
    await expect(span).toHaveAttribute('aria-valuenow', '2')
    await span.scrollIntoViewIfNeeded()
    const [box, cell] = [(await span.boundingBox())!, (await first.locator('section.widget').first().boundingBox())!]
    await page.mouse.move(box.x + 4, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(cell.x + cell.width * 0.45, box.y + 60, { steps: 5 })
    await page.mouse.up()
    await expect(span).toHaveAttribute('aria-valuenow', '1')
  })
  await test.step('dropped on another: before it; with Shift they swap; with Alt it is a copy', async () => {
    const drop = async (from: number, to: number, keys: { shiftKey?: boolean; altKey?: boolean }): Promise<void> => {
      await first.locator('.cell').nth(from).evaluate(
        (source, { target, keys: held }) => {
          const cells = source.closest('.grid')!.querySelectorAll('.cell')
          const dataTransfer = new DataTransfer()
          source.querySelector('header')!.dispatchEvent(new DragEvent('dragstart', { bubbles: true, dataTransfer }))
          return new Promise<void>((done) =>
            setTimeout(() => {
              cells[target].dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer, ...held }))
              cells[target].dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer, ...held }))
              done()
            }),
          )
        },
        { target: to, keys },
      )
    }
    await drop(2, 0, {})
    await expect.poll(() => kinds(first)).toEqual(['stackup', 'average2d', 'average1d', 'embedding1d', 'embedding2d', 'association'])
    await drop(0, 5, { shiftKey: true })
    await expect.poll(() => kinds(first)).toEqual(['association', 'average2d', 'average1d', 'embedding1d', 'embedding2d', 'stackup'])
    await drop(1, 0, { altKey: true })
    await expect.poll(() => kinds(first)).toEqual(['average2d', 'association', 'average2d', 'average1d', 'embedding1d', 'embedding2d', 'stackup'])
  })
  await test.step('swapped back by the menu, with the keyboard alone', async () => {
    const before = await kinds(first)
    await first.getByTestId('widget-stackup').getByTestId('widget-actions').press('Enter')
    await page.getByTestId('swap-with').press('Enter')
    await page.getByRole('list', { name: 'Widgets to swap with' }).or(page.getByRole('listbox', { name: 'Widgets to swap with' })).locator('.v-list-item').filter({ hasText: 'Association' }).press('Enter')
    await expect.poll(() => kinds(first)).toEqual(before.map((k) => (k === 'stackup' ? 'association' : k === 'association' ? 'stackup' : k)))
    await page.keyboard.press('Control+z')
    await expect.poll(() => kinds(first)).toEqual(before)
  })
  await test.step('the palette begins with the widget in focus, which has the focus again afterwards', async () => {
    const before = await kinds(first)
    const actions = first.getByTestId('widget-stackup').getByTestId('widget-actions')
    const entry = page.getByTestId('palette').getByTestId('palette-entry').first()
    for (const [text, title, after] of [
      ['duplicate', 'Duplicate Stackup of CTCF', [...before, 'stackup']], ['wider', 'Make Stackup of CTCF wider', before], ['left', 'Move Stackup of CTCF left', [...before.slice(0, -2), 'stackup', before.at(-2)!]],
    ] as const) {
      await actions.first().focus()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Find a command' }).fill(text)
      await expect(entry).toContainText(title)
      await expect(entry).toContainText('Widget in focus')
      await page.keyboard.press('Enter')
      if (text === 'wider') await expect(first.locator('.cell').filter({ has: page.getByTestId('widget-stackup') }).getByTestId('span').first()).toHaveAttribute('aria-valuenow', '2')
      await expect.poll(() => kinds(first)).toEqual(after)
      await expect(actions.first()).toBeFocused()
      await page.keyboard.press('Control+z')
      await expect.poll(() => kinds(first)).toEqual(before)
    }
  })
  await test.step('the same with the menu; a panel with another region set', async () => {
    await first.getByTestId('widget-association').getByTestId('widget-actions').click()
    await page.getByText('Move left', { exact: true }).click()
    await expect.poll(async () => (await kinds(first))[0]).toBe('association')
    await first.getByTestId('panel-actions').click()
    await page.getByTestId('duplicate-with').click()
    await page.getByRole('listitem').or(page.getByRole('option')).filter({ hasText: tads.name }).last().click()
    await expect(second.getByTestId('choose-regions')).toHaveText(tads.name)
    expect(await kinds(second)).toEqual(await kinds(first))
  })
  await test.step('folded, renamed, deleted, undone, kept', async () => {
    await first.getByRole('button', { name: 'Fold panel' }).press('Enter')
    await expect(first.locator('section.widget').first()).toBeHidden()
    await first.getByTestId('panel-actions').press('Enter')
    await page.locator('.v-list-item').filter({ hasText: 'Rename' }).press('Enter')
    await page.getByLabel('Title of the panel').fill('peaks, as before')
    await page.getByLabel('Title of the panel').press('Enter')
    await expect(first.getByTestId('choose-regions')).toHaveText('peaks, as before')
    await first.getByTestId('panel-actions').press('Enter')
    await page.locator('.v-list-item').filter({ hasText: 'Move after' }).press('Enter')
    await expect(second.getByTestId('choose-regions')).toHaveText('peaks, as before')
    await page.keyboard.press('Control+z')
    await expect(first.getByTestId('choose-regions')).toHaveText('peaks, as before')
    await second.getByTestId('panel-actions').click()
    await page.getByTestId('delete-panel').click()
    await expect(compare.panels).toHaveCount(1)
    await page.keyboard.press('Control+z')
    await expect(compare.panels).toHaveCount(2)
    await compare.saved()
    await page.reload()
    await expect(second.getByTestId('choose-regions')).toHaveText(tads.name)
    await expect(first.getByRole('button', { name: 'Unfold panel' })).toBeVisible()
    await first.getByRole('button', { name: 'Unfold panel' }).click()
    await shot(page, 'panels')
  })
})
