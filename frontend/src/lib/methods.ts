import { formatBin, formatBp, formatCount, formatShare, formatWindow } from './format'
import { isRecord } from './workspaceDoc'

export type Manifest = Record<string, unknown>

/** Some regions of a result that have a line of their own. */
export interface MethodsLine {
  /** "all", or which regions. */
  of: string
  n: number
  total: number
}

/** A result with what is shown of it. */
interface Shown {
  manifest: Manifest
  hash: string
  selected: number
  lines?: MethodsLine[]
  /** Of embeddings: the plane on show, which may be another than that of the parameters. */
  layout?: 'umap' | 'pca'
}

/** The text of a methods section about results, from their manifests: a paragraph each, and one about what they share. */
export function methodsText(manifests: Shown[]): string {
  if (manifests.length === 0) return ''
  const paragraphs = [...new Set(manifests.map(paragraph))]
  const engines = [...new Set(manifests.map((m) => text(m.manifest.engine)))].join(', ')
  const sums = new Map(manifests.flatMap((m) => inputs(m.manifest).map((i) => [i.sha256, i] as const)))
  const files = [...sums.values()].filter((i) => i.role !== 'assembly').map((i) => `“${i.name}” (SHA-256 ${i.sha256})`)
  const hashes = [...new Set(manifests.map((m) => m.hash))].join(', ')
  return [...paragraphs, `Computed with Regioscope, engine version ${engines}. Files: ${files.join('; ')}. Manifests: ${hashes}.`].join('\n\n')
}

function paragraph({ manifest: m, selected, lines = [], layout: plane }: Shown): string {
  const p = isRecord(m.parameters) ? m.parameters : {}
  const sentences = bodies[text(m.pipeline)]?.(m, p, plane) ?? [`${text(m.pipeline)} of ${regions(m)}.`]
  if (p.orient === 'strand') sentences.push('Regions on the minus strand were turned round.')
  if (p.side === 'left' || p.side === 'right') sentences.push(`Of region pairs the ${p.side === 'left' ? 'first' : 'second'} anchor was taken.`)
  if (selected > 0) sentences.push(`The picture is of ${formatCount(selected)} regions selected from these.`)
  const some = lines.filter((l) => l.of !== 'all')
  if (some.length > 0) sentences.push(`Lines are averages of these regions: ${lines.map((l) => `${l.of} (n = ${formatCount(l.n)} of ${formatCount(l.total)})`).join(', ')}.`)
  return sentences.join(' ')
}

export const METHOD_VALUES: Record<string, string> = { iccf: 'balanced contact frequencies', oe: 'observed over expected contacts', raw: 'raw contact counts' }
const UNIVERSES: Record<string, string> = {
  genome: 'all bins of the genome', queries: 'the union of all query bins', targets: 'the union of all bins with a target',
}
const BINS: Record<string, string> = { mean: 'means', sum: 'sums', min: 'minima', max: 'maxima', coverage: 'shares of covered bases' }

const bodies: Record<string, (m: Manifest, p: Manifest, plane: Shown['layout']) => string[]> = {
  pileup: (m, p) => [
    `Average contact maps (pileups) of ${METHOD_VALUES[text(p.value)] ?? text(p.value)} of “${name(m, 'feature')}” were made ${around(m, p)} at ${formatBp(Number(p.resolution))} resolution.`,
    ...(p.value === 'raw' ? [] : [`Contacts were balanced with the weights “${text(p.weight)}”${p.weightKind ? ` (${text(p.weightKind)})` : ''}; ${number(p.ignoreDiags)} diagonals from the main one on were ignored.`]),
    ...(p.value === 'oe' ? ['The expected is the mean of the balanced contacts at the same distance within each chromosome arm.'] : []),
    `Windows that leave their chromosome arm were ${p.edge === 'pad' ? 'kept, with missing values outside' : 'left out'}.`,
    ...(Number(p.bootstrap) > 0 ? [`Confidence intervals of scores are percentiles of ${number(p.bootstrap)} bootstrap samples of the regions (seed ${number(p.seed)}).`] : []),
  ],
  stackup: (m, p) => [
    `The signal of “${name(m, 'feature')}” was summarised as ${BINS[text(p.summary)] ?? text(p.summary)} in bins of ${bin(p)} ${around(m, p)}.`,
    `Bins without data were ${p.missing === 'zero' ? 'counted as 0' : 'left out of means'}.`,
  ],
  enrichment: (m, p) => [
    `Association of “${name(m, 'feature')}” was tested in bins of ${bin(p)} ${around(m, p)}, against ${UNIVERSES[text(p.value)] ?? text(p.value)}.`,
    `Odds ratios are those of the sample with 95 % intervals after Woolf; p is Fisher's exact test, one-sided in each direction; q follows Benjamini and Hochberg.`,
  ],
  embedding_1d: (m, p, plane) => [`Regions were described by the mean signals of the tracks of “${name(m, 'feature')}” in bins of ${bin(p)} ${around(m, p)}.`, layout(m, p, plane)],
  embedding_2d: (m, p, plane) => [`Regions were described by their contact maps (${METHOD_VALUES[text(p.value)] ?? text(p.value)}) in “${name(m, 'feature')}” ${around(m, p)}.`, layout(m, p, plane)],
}

function layout(m: Manifest, p: Manifest, plane: Shown['layout']): string {
  const facts = isRecord(m.embedding) ? m.embedding : {}
  const kept = Array.isArray(facts.varianceKept) ? ` (${facts.varianceKept.map((v) => formatShare(Number(v))).join(' and ')} of the variance)` : ''
  const how = (plane ?? facts.layout) === 'pca' ? `along their first two principal components${kept}` : 'with UMAP'
  return `Features were standardised (z-scores), laid out ${how} and clustered by k-means in feature space (seed ${number(p.seed)}).`
}

function around(m: Manifest, p: Manifest): string {
  if (p.window === 'variable') return `over ${regions(m)}, rescaled to the same length with 20 % of it on both sides, in bins of ${bin(p)}`
  return `in windows of ${formatWindow(Number(p.window))} around ${p.dimension === 2 ? 'the anchors' : 'the centres'} of ${regions(m)}`
}

function regions(m: Manifest): string {
  return `${formatCount(Number(m.n))} of ${formatCount(Number(m.total))} regions of “${name(m, 'regions')}”`
}

function bin(p: Manifest): string {
  return formatBin(Number(p.bin), p.window === 'variable' ? 0 : Number(p.window))
}

interface Input {
  role: string
  name: string
  sha256: string
}
function inputs(m: Manifest): Input[] {
  return Array.isArray(m.inputs) ? m.inputs.filter(isRecord).map((i) => ({ role: text(i.role), name: text(i.name), sha256: text(i.sha256) })) : []
}
function name(m: Manifest, role: string): string {
  return inputs(m).find((i) => i.role === role)?.name ?? '?'
}
function text(v: unknown): string {
  return typeof v === 'string' || typeof v === 'number' ? String(v) : ''
}
function number(v: unknown): string {
  return formatCount(Number(v))
}
