/** The colour maps that somebody wants in new widgets; empty: what each kind of widget has of its own. */
export interface MapChoice {
  sequentialMap: string
  divergingMap: string
}

/** The options that a new widget begins with. They are part of the document, so that a session looks the same to everybody. */
export function startOptions(type: string, choice: MapChoice | null): Record<string, unknown> {
  const low = choice?.sequentialMap ?? ''
  const both = choice?.divergingMap ?? ''
  const view = (colormap: string): object | undefined => (colormap ? { colormap } : undefined)
  const all: Record<string, Record<string, unknown>> = {
    average2d: { iccf: view(low), raw: view(low), oe: view(both), ratio: view(both), difference: view(both) },
    stackup: { sequential: low, diverging: both },
    embedding1d: { colormap: low },
    embedding2d: { colormap: low },
    association: { counts: low, ratios: both },
  }
  return Object.fromEntries(Object.entries(all[type] ?? {}).filter(([, v]) => v))
}
