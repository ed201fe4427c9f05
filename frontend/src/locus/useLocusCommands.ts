import { useCommandList, type Command } from '@/commands/registry'

/** What the locus view can do, for the keyboard and the palette. */
export interface LocusActions {
  blockedStep: () => string
  blockedMark: () => string
  next: () => void
  previous: () => void
  keep: () => void
  drop: () => void
  label: () => void
  zoomIn: () => void
  zoomOut: () => void
  left: () => void
  right: () => void
  up: () => void
  down: () => void
  /** Why there is no vertical axis to move along. */
  blockedVertical: () => string
  reset: () => void
  close?: () => void
}

export function useLocusCommands(a: LocusActions): void {
  useCommandList(() => locusCommands(a))
}

export function locusCommands(a: LocusActions): Command[] {
  const of = { group: 'Locus view', over: true }
  return [
    { ...of, id: 'locus-next', title: 'Next region', keys: ['N'], run: a.next, blocked: a.blockedStep },
    { ...of, id: 'locus-previous', title: 'Previous region', keys: ['P'], run: a.previous, blocked: a.blockedStep },
    { ...of, id: 'locus-keep', title: 'Keep this region in the selection, and go on', keys: ['K'], run: a.keep, blocked: a.blockedMark },
    { ...of, id: 'locus-drop', title: 'Drop this region from the selection, and go on', keys: ['D'], run: a.drop, blocked: a.blockedMark },
    { ...of, id: 'locus-label', title: 'Label this region', keys: ['L'], run: a.label, blocked: a.blockedMark },
    { ...of, id: 'locus-in', title: 'Zoom in', keys: ['+', '='], run: a.zoomIn },
    { ...of, id: 'locus-out', title: 'Zoom out', keys: ['-'], run: a.zoomOut },
    { ...of, id: 'locus-left', title: 'Move left along the chromosome', keys: [','], run: a.left },
    { ...of, id: 'locus-right', title: 'Move right along the chromosome', keys: ['.'], run: a.right },
    { ...of, id: 'locus-up', title: 'Move up along the chromosome of anchor 1', keys: ['['], run: a.up, blocked: a.blockedVertical },
    { ...of, id: 'locus-down', title: 'Move down along the chromosome of anchor 1', keys: [']'], run: a.down, blocked: a.blockedVertical },
    { ...of, id: 'locus-reset', title: 'Back to the region', keys: ['0'], run: a.reset },
    ...(a.close ? [{ ...of, id: 'locus-close', title: 'Close the locus view', keys: ['Esc'], run: a.close }] : []),
  ]
}
