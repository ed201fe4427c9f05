/** Colours of the parts of a figure that are not data. */
export interface FigureTheme {
  dark: boolean
  surface: string
  text: string
  muted: string
  axis: string
  grid: string
  accent: string
  /** The two greys of the hatch for missing data: no colour map has them side by side. */
  hatch: [string, string]
}

/** Exported figures are light unless asked. */
export const LIGHT: FigureTheme = {
  dark: false,
  surface: '#ffffff',
  text: '#1c1f24',
  muted: '#565f6e',
  axis: '#8b94a3',
  grid: '#e7eaee',
  accent: '#2f6fed',
  hatch: ['#e3e5e9', '#bcc1ca'],
}

export const DARK: FigureTheme = {
  dark: true,
  surface: '#16181d',
  text: '#e8eaed',
  muted: '#a4adbb',
  axis: '#6b7482',
  grid: '#2a2e36',
  accent: '#7aa7ff',
  hatch: ['#8d95a2', '#6d7582'],
}
