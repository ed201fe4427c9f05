import { expect, type Locator, type Page } from '@playwright/test'

export interface Content {
  name: string
  mimeType: string
  buffer: Buffer
}

/** The upload page. */
export class UploadPage {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto('/upload')
  }

  /** Adds files by their paths or contents. */
  async add(...files: string[] | Content[]): Promise<void> {
    await this.page.getByTestId('file-input').setInputFiles(files as string[])
  }

  row(fileName: string): Locator {
    return this.page.getByTestId(`upload-${fileName}`)
  }

  async assembly(fileName: string, name: string): Promise<void> {
    await this.choose(fileName, 'Assembly', name)
  }

  async kind(fileName: string, name: 'Region set' | 'Signal track' | 'Contact map'): Promise<void> {
    await this.choose(fileName, 'Kind', name)
  }

  /** Fills the assembly, and the type where it is given, into all files that have not been sent. */
  async assemblyOfAll(name: string, type?: 'Point' | 'Interval'): Promise<void> {
    await this.page.getByRole('button', { name: 'Apply to all' }).click()
    for (const [label, option] of [['Assembly of all files', name], ...(type ? [['Type of all region sets', type]] : [])]) {
      await this.page.locator('.v-field').filter({ has: this.page.getByRole('combobox', { name: label }) }).click()
      await this.page.getByRole('option', { name: option }).first().click()
    }
    await this.page.getByRole('button', { name: 'Fill into' }).click()
  }

  private async choose(fileName: string, label: string, option: string): Promise<void> {
    const row = this.row(fileName)
    await expect(row).toHaveAttribute('data-phase', 'confirm')
    // not the whole select, whose middle may be the hint below the box
    const field = row.locator('.v-field').filter({ has: this.page.getByRole('combobox', { name: label }) })
    await field.click()
    await this.page.getByRole('option', { name: option }).first().click()
    await expect(field).toContainText(option)
  }

  get rows(): Locator {
    return this.page.locator('[data-testid^="upload-"][data-phase]')
  }

  /** Files on their way. */
  get atWork(): Locator {
    return this.page.locator(['waiting', 'sending', 'reading', 'checking'].map((p) => `[data-phase="${p}"]`).join())
  }

  async takeOff(fileName: string): Promise<void> {
    await this.row(fileName).getByRole('button', { name: 'Take it off the list' }).click()
    await expect(this.row(fileName)).toHaveCount(0)
  }

  async start(): Promise<void> {
    await this.page.getByTestId('start-upload').click()
  }

  async ready(...fileNames: string[]): Promise<void> {
    for (const name of fileNames) await expect(this.row(name)).toHaveAttribute('data-phase', 'ready', { timeout: 30_000 })
  }
}
