/** A float64 array in C order as a .npy file, version 1.0. */
export function writeNpy(data: Float64Array<ArrayBuffer>, shape: number[]): Blob {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${sizes}), }`
  // Magic, version and length take ten bytes; the data begin at a multiple of 64.
  const padded = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + '\n'
  const head = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8)
  return new Blob([head, padded, data], { type: 'application/x-npy' })
}
