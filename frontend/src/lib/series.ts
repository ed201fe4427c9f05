/** Stroke of one line in a plot of several. */
export interface SeriesStyle {
  colour: string
  dash: number[]
}

/** Okabe and Ito 2008, with yellow darkened to olive because it vanishes on white; brighter tones of the same hues on dark surfaces. */
const LIGHT = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7a7a00', '#1a1e25']
const DARK = ['#4ba3e3', '#f08a3c', '#2bc49a', '#e29cc3', '#f0b93c', '#8fd0f5', '#c9c94a', '#e7e9ee']
const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3]]

/** 32 distinguishable styles: eight colours, then the same with dashes. The colours are those of styles/tokens.css. */
export function seriesStyle(i: number, dark: boolean): SeriesStyle {
  const colours = dark ? DARK : LIGHT
  return { colour: colours[i % colours.length], dash: DASHES[Math.floor(i / colours.length) % DASHES.length] }
}
