import { fileName, saveBlob, toPng } from './download'
import type { ExportKind } from './exportKinds'
import type { Pixels } from './raster'
import type { Surface } from './surface'
import { SvgSurface } from './svgSurface'

export type { ExportKind }

/** How rasters inside vector files are made: at twice the resolution of a screen. */
const RASTER_DPR = 4

export function isPicture(what: ExportKind): what is 'png' | 'svg' {
  return what === 'png' || what === 'svg'
}

/** Downloads a figure: the same calls as on screen, on another surface. */
export async function savePicture(what: 'png' | 'svg', width: number, height: number, draw: (s: Surface, w: number, h: number) => void, name: string[]): Promise<void> {
  if (what === 'png') {
    saveBlob(await toPng(width, height, 2, draw), fileName(name, what))
    return
  }
  const surface = new SvgSurface(width, height, RASTER_DPR, dataAddress)
  draw(surface, width, height)
  saveBlob(new Blob([surface.toString()], { type: 'image/svg+xml' }), fileName(name, what))
}

/** Pixels as the address of a PNG. */
function dataAddress(p: Pixels): string {
  const canvas = document.createElement('canvas')
  canvas.width = p.width
  canvas.height = p.height
  canvas.getContext('2d')?.putImageData(new ImageData(p.rgba, p.width, p.height), 0, 0)
  return canvas.toDataURL('image/png')
}
