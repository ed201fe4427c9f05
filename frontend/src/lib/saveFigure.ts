import { fileName, saveBlob, toPng } from './download'
import type { PictureKind } from './exportKinds'
import type { Draw } from './exported'
import { withText } from './pngText'
import type { Pixels } from './raster'
import { SvgSurface } from './svgSurface'

/** How rasters inside vector files are made: finer than on a screen. */
const RASTER_DPR = 4

/** A figure with its size in px, the parts of its file's name, and what the file says about where it comes from. */
export interface Figure {
  width: number
  height: number
  draw: Draw
  name: string[]
  note: string
}

/** Downloads a figure: the same calls as on screen, on another surface. */
export async function savePicture(what: PictureKind, f: Figure): Promise<void> {
  saveBlob(await pictureOf(what, f), fileName(f.name, what))
}

async function pictureOf(what: PictureKind, { width, height, draw, name, note }: Figure): Promise<Blob> {
  switch (what) {
    case 'png':
      return withText(await toPng(width, height, 2, draw), 'Description', note)
    case 'svg': {
      const surface = new SvgSurface(width, height, RASTER_DPR, dataAddress, note)
      draw(surface, width, height)
      return new Blob([surface.toString()], { type: 'image/svg+xml' })
    }
    case 'pdf': {
      const { toPdf } = await import('./pdf')
      return toPdf(width, height, draw, dataAddress, name.join(', '), note)
    }
  }
}

/** Pixels as the address of a PNG. */
function dataAddress(p: Pixels): string {
  const canvas = document.createElement('canvas')
  canvas.width = p.width
  canvas.height = p.height
  canvas.getContext('2d')?.putImageData(new ImageData(p.rgba, p.width, p.height), 0, 0)
  return canvas.toDataURL('image/png')
}
