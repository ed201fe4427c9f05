/**
 * How well a query fits a text: every word of it must be in there, whole or as letters in their order. Higher is better, 0 is not
 * at all. Beginnings of words count most, letters that lie apart least.
 */
export function fuzzy(query: string, text: string): number {
  const t = text.toLowerCase()
  let score = 1
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const s = wordScore(word, t)
    if (s === 0) return 0
    score += s
  }
  return score
}

function wordScore(word: string, text: string): number {
  const at = text.indexOf(word)
  if (at === 0) return 100
  if (at > 0) return /[\s\-_/:·]/.test(text[at - 1]) ? 80 : 50
  let [from, gaps] = [-1, 0]
  for (const c of word) {
    const next = text.indexOf(c, from + 1)
    if (next < 0) return 0
    if (from >= 0) gaps += next - from - 1
    from = next
  }
  return gaps <= 2 * word.length ? Math.max(1, 30 - gaps) : 0
}

/** The things that fit, best first; equals stay in their order. */
export function ranked<T>(query: string, list: T[], text: (x: T) => string): T[] {
  if (!query.trim()) return list
  return list.map((x) => ({ x, s: fuzzy(query, text(x)) })).filter((r) => r.s > 0).toSorted((a, b) => b.s - a.s).map((r) => r.x)
}
