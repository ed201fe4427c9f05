import { describe, expect, it } from 'vitest'

import { NpyError, parseNpy } from './npy'

/** Builds a file as the NumPy format specification 1.0/2.0 lays it out. */
function file(descr: string, shape: string, data: ArrayBufferView, version = 1, fortran = 'False'): ArrayBuffer {
  const dict = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`
  const lead = version === 1 ? 10 : 12
  const header = dict.padEnd(Math.ceil((lead + dict.length + 1) / 64) * 64 - lead - 1) + '\n'
  const out = new Uint8Array(lead + header.length + data.byteLength)
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0])
  const view = new DataView(out.buffer)
  if (version === 1) view.setUint16(8, header.length, true)
  else view.setUint32(8, header.length, true)
  out.set(new TextEncoder().encode(header), lead)
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), lead + header.length)
  return out.buffer
}

describe('parseNpy', () => {
  it.each([
    ['<f4', new Float32Array([1.5, NaN, -0, 3e38, 0, 6])],
    ['<f8', new Float64Array([1.1, NaN, -0, 1e300, 0, 6])],
    ['<i4', new Int32Array([1, -2, 3, 2147483647, 0, 6])],
  ])('reads %s', (descr, data) => {
    const a = parseNpy(file(descr, '(2, 3)', data))
    expect(a.shape).toEqual([2, 3])
    expect(a.data).toEqual(data)
  })

  it('reads int64 as exact numbers', () => {
    expect(Array.from(parseNpy(file('<i8', '(2,)', new BigInt64Array([9007199254740991n, -5n]))).data)).toEqual([9007199254740991, -5])
  })

  it('reads version 2 headers, scalars and empty arrays', () => {
    expect(parseNpy(file('<f8', '(1,)', new Float64Array([7]), 2)).data[0]).toBe(7)
    expect(parseNpy(file('<f8', '()', new Float64Array([7]))).shape).toEqual([])
    expect(parseNpy(file('<f4', '(0, 40)', new Float32Array())).data.length).toBe(0)
  })

  const good = file('<f4', '(2, 3)', new Float32Array(6))
  it.each([
    ['empty', new ArrayBuffer(0), 'not an .npy file'],
    ['something else', new TextEncoder().encode('<!doctype html><html>').buffer as ArrayBuffer, 'not an .npy file'],
    ['cut data', good.slice(0, good.byteLength - 1), 'cut off: 23 of 24'],
    ['cut header', good.slice(0, 30), 'header is cut off'],
    ['big endian', file('>f4', '(1,)', new Float32Array(1)), "type >f4 is not supported"],
    ['Fortran order', file('<f4', '(2, 3)', new Float32Array(6), 1, 'True'), 'Fortran'],
    ['negative shape', file('<f4', '(-1,)', new Float32Array(1)), 'shape'],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => parseNpy(bytes)).toThrow(NpyError)
    expect(() => parseNpy(bytes)).toThrow(message)
  })
})
