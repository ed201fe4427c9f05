import type { Command } from './registry'

/** Keys of pictures, tables and fields: they work where the focus is, so that there is nothing to run from elsewhere. */
export const FIGURE_KEYS: Command[] = [
  { id: 'read', group: 'A picture', title: 'Read single values; with Shift ten cells on', keys: ['←', '→', '↑', '↓'] },
  { id: 'ends', group: 'A picture', title: 'First and last cell of the row', keys: ['Home', 'End'] },
  { id: 'stop', group: 'A picture', title: 'Stop reading', keys: ['Esc'] },
  { id: 'zoom-rows', group: 'A picture', title: 'Zoom the rows of a stackup, the dots of an embedding, a locus', keys: ['Ctrl+wheel'] },
  { id: 'open-read', group: 'A picture', title: 'Open the locus of the region that is read: a row of a stackup, a dot of an embedding', keys: ['Enter'] },
  { id: 'dots-zoom', group: 'An embedding', title: 'Zoom in, zoom out, show all', keys: ['+', '-', '0'] },
  { id: 'dots-cluster', group: 'An embedding', title: 'Make the cluster of the dot stand out', keys: ['C'] },
  { id: 'dots-select', group: 'An embedding', title: 'Select the cluster of the dot; with Shift add it', keys: ['S'] },
  { id: 'bar', group: 'A handle of the colour bar', title: 'Move it by 1 % or 10 % of the bar', keys: ['↑', '↓', 'Page up', 'Page down'] },
  { id: 'bar-auto', group: 'A handle of the colour bar', title: 'Automatic range', keys: ['Delete'] },
  { id: 'check', group: 'Tables and fields', title: 'Choose all rows from the last click to this one', keys: ['Shift+click'] },
  { id: 'rename', group: 'Tables and fields', title: 'A name or title being changed: keep, leave as it was', keys: ['Enter', 'Esc'] },
]
