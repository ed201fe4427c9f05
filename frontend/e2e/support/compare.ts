import { readFileSync } from 'node:fs'

import { expect, type Locator, type Page } from '@playwright/test'

export type WidgetName = 'average2d' | 'average1d' | 'stackup' | 'association' | 'embedding1d' | 'embedding2d'

/** The compare page. */
export class ComparePage {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto('/compare')
    await expect(this.page.getByTestId('add-panel')).toBeVisible()
  }

  async addPanel(regionSet: string): Promise<void> {
    await this.page.getByTestId('add-panel').click()
    await this.page.getByRole('listitem').or(this.page.getByRole('option')).filter({ hasText: regionSet }).first().click()
    await expect(this.panels.last().getByTestId('choose-regions')).toHaveText(regionSet)
  }

  get panels(): Locator {
    return this.page.getByTestId('panel')
  }

  async addWidget(panel: Locator, name: WidgetName): Promise<Locator> {
    await panel.getByTestId('add-widget').click()
    await this.page.getByTestId(`add-${name}`).click()
    return panel.getByTestId(`widget-${name}`).last()
  }

  /** Every picture is drawn, and nothing is still on the way. */
  async drawn(...widgets: Locator[]): Promise<void> {
    for (const w of widgets) {
      await expect(w).toHaveAttribute('data-status', 'ready', { timeout: 20_000 })
      await expect(w).toHaveAttribute('aria-busy', 'false', { timeout: 20_000 })
      await expect(w.locator('canvas').first()).toBeVisible()
    }
  }

  /** Moves the pointer over a picture, to a share of its width and height. */
  async pointAt(widget: Locator, x: number, y: number): Promise<void> {
    const canvas = widget.locator('canvas').first()
    await canvas.scrollIntoViewIfNeeded()
    const box = await canvas.boundingBox()
    if (!box) throw new Error('there is no picture')
    await this.page.mouse.move(box.x + box.width * x, box.y + box.height * y)
  }

  async saved(): Promise<void> {
    await expect(this.page.getByTestId('save-state')).toHaveAttribute('data-state', 'saved')
    await expect(this.page.getByTestId('save-state')).toContainText('saved')
  }
}

/** Opens a menu, chooses a line of it and gives the file that comes. */
export async function fileOf(page: Page, open: Locator, item: string): Promise<{ name: string; bytes: Buffer }> {
  await open.click()
  const download = page.waitForEvent('download')
  await page.getByTestId(item).click()
  const file = await download
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
}
