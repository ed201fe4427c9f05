const MINUS = '\u2212'
const SUPERSCRIPT: Record<string, string> = {
  '-': '\u207b', '0': '\u2070', '1': '\u00b9', '2': '\u00b2', '3': '\u00b3', '4': '\u2074',
  '5': '\u2075', '6': '\u2076', '7': '\u2077', '8': '\u2078', '9': '\u2079',
}

/** A count with thousands separators: 2,434. */
export function formatCount(n: number): string {
  return Math.round(n).toLocaleString('en-US')
}

/** A length in bp, kb or Mb without losing digits: 1500 → "1.5 kb". */
export function formatBp(bp: number): string {
  const size = Math.abs(bp)
  const [unit, scale] = size >= 1e6 ? ['Mb', 1e6] : size >= 1e3 ? ['kb', 1e3] : ['bp', 1]
  return `${trimNumber(bp / scale, 3)} ${unit}`
}

/** A distance from the centre with its sign: "+200 kb", "−200 kb", "0". */
export function formatOffset(bp: number): string {
  if (bp === 0) return '0'
  return (bp > 0 ? '+' : '') + formatBp(bp)
}

/** A distance from the start in percent of the interval, with its sign. */
export function formatPercent(percent: number): string {
  return `${percent > 0 ? '+' : ''}${trimNumber(percent, 1)} %`
}

/** A share of a whole in percent; small ones with a decimal. */
export function formatShare(share: number): string {
  return `${trimNumber(100 * share, share < 0.1 ? 1 : 0)} %`
}

/** The bin size as people say it: bp for point sets, percent for interval sets. */
export function formatBin(bin: number, window: number): string {
  return window === 0 ? `${bin} %` : formatBp(bin)
}

/** The half-width as people say it. */
export function formatWindow(window: number): string {
  return window === 0 ? 'start … end ± 20 %' : `\u00b1${formatBp(window)}`
}

/** A value with `digits` significant figures; powers of ten when it is very small or large; a true minus sign. */
export function formatValue(v: number, digits = 3): string {
  if (Number.isNaN(v)) return 'no data'
  if (!Number.isFinite(v)) return v > 0 ? '\u221e' : `${MINUS}\u221e`
  if (v === 0) return '0'
  const size = Math.abs(v)
  if (size < 1e-3 || size >= 1e5) {
    const [mantissa, exponent] = v.toExponential(digits - 1).split('e')
    const power = [...String(Number(exponent))].map((c) => SUPERSCRIPT[c]).join('')
    const m = trimZeros(mantissa).replace('-', MINUS)
    return m === '1' ? `10${power}` : `${m}\u00d710${power}`
  }
  return Number(v.toPrecision(digits)).toString().replace('-', MINUS)
}

/** chr1:1,000,001–1,000,200: display is 1-based and closed, files are 0-based and half-open. */
export function formatRegion(chrom: string, start: number, end: number): string {
  return `${chrom}:${formatCount(start + 1)}\u2013${formatCount(Math.max(end, start + 1))}`
}

/** Up to `decimals` decimals, without trailing zeros, with a true minus sign. */
export function trimNumber(v: number, decimals: number): string {
  return trimZeros(v.toFixed(decimals)).replace('-', MINUS)
}

function trimZeros(s: string): string {
  return s.includes('.') ? s.replace(/\.?0+$/, '') : s
}
