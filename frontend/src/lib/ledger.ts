import { isRecord } from './workspaceDoc'

/** One line of the account of a result: a stage that regions have passed, or a loss at it. */
export interface LedgerLine {
  text: string
  count: number
  loss: boolean
}

const STAGES: [string, string][] = [
  ['read', 'in the region set'],
  ['matched', 'on a chromosome that the data have'],
  ['inside', 'inside the chromosome'],
  ['assigned', 'window inside a chromosome arm'],
  ['unmasked', 'not masked'],
  ['used', 'used'],
]

/** The stages of a ledger with the losses at each, in the order in which regions pass them. n and total stand in when there is no ledger. */
export function lossesOf(ledger: unknown, n: number, total: number): LedgerLine[] {
  if (!isRecord(ledger) || typeof ledger.read !== 'number') {
    return [
      { text: 'in the region set', count: total, loss: false },
      { text: 'used', count: n, loss: false },
    ]
  }
  const lost = Array.isArray(ledger.lost) ? ledger.lost.filter(isRecord) : []
  return STAGES.flatMap(([stage, text]) => {
    const passed = ledger[stage]
    if (typeof passed !== 'number') return []
    const losses = lost
      .filter((l) => l.stage === stage)
      .map((l): LedgerLine => ({ text: String(l.reason), count: Number(l.count), loss: true }))
    // A stage where nobody is lost says nothing new.
    return losses.length > 0 || stage === 'read' || stage === 'used' ? [...losses, { text, count: passed, loss: false }] : []
  })
}
