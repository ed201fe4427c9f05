/** An array read from a NumPy .npy file (versions 1, 2 and 3; C order; little endian). */
export interface NpyArray {
  shape: number[]
  data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>
}

/** The bytes are not an .npy file that this client reads; the message says why. */
export class NpyError extends Error {
  override name = 'NpyError'
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/**
 * Parses float32, float64, int32 and int64 arrays. int64 becomes float64, which is exact up to 2⁵³: counts never reach that.
 * Throws NpyError on anything else, and when the bytes end before the shape is filled.
 */
export function parseNpy(buffer: ArrayBuffer): NpyArray {
  const bytes = new Uint8Array(buffer)
  if (bytes.length < 10 || MAGIC.some((b, i) => bytes[i] !== b)) throw new NpyError('not an .npy file')
  const view = new DataView(buffer)
  const version = view.getUint8(6)
  if (version < 1 || version > 3) throw new NpyError(`.npy version ${version} is not supported`)
  const headerAt = version === 1 ? 10 : 12
  if (bytes.length < headerAt) throw new NpyError('the .npy header is cut off')
  const headerSize = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = headerAt + headerSize
  if (start > bytes.length) throw new NpyError('the .npy header is cut off')
  const { descr, shape } = parseHeader(new TextDecoder('utf-8').decode(bytes.subarray(headerAt, start)))
  const count = shape.reduce((a, b) => a * b, 1)
  const itemSize = descr.endsWith('8') ? 8 : 4
  if (bytes.length - start < count * itemSize) {
    throw new NpyError(`the .npy data are cut off: ${bytes.length - start} of ${count * itemSize} bytes`)
  }
  // A copy: the data need not be aligned in the file.
  const raw = buffer.slice(start, start + count * itemSize)
  return { shape, data: typed(descr, raw) }
}

function typed(descr: string, raw: ArrayBuffer): NpyArray['data'] {
  switch (descr) {
    case '<f4':
      return new Float32Array(raw)
    case '<f8':
      return new Float64Array(raw)
    case '<i4':
      return new Int32Array(raw)
    case '<i8':
      return Float64Array.from(new BigInt64Array(raw), Number)
    default:
      throw new NpyError(`.npy type ${descr} is not supported`)
  }
}

function parseHeader(text: string): { descr: string; shape: number[] } {
  const descr = /'descr'\s*:\s*'([^']+)'/.exec(text)?.[1]
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1]
  if (!descr || !fortran || shape === undefined) throw new NpyError('the .npy header is not understood')
  if (!['<f4', '<f8', '<i4', '<i8'].includes(descr)) throw new NpyError(`.npy type ${descr} is not supported`)
  const sizes = shape.split(',').map((s) => s.trim()).filter((s) => s !== '').map(Number)
  if (sizes.some((n) => !Number.isSafeInteger(n) || n < 0)) throw new NpyError('the .npy shape is not understood')
  if (fortran === 'True' && sizes.length > 1) throw new NpyError('.npy in Fortran order is not supported')
  return { descr, shape: sizes }
}
