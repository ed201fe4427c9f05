const MAX_NODES = 10_000

/**
 * Reads names and lengths of the chromosomes of a bigWig: the B+ tree at `chromTreeOffset`.
 * Layout: Kent et al., Bioinformatics 26:2204 (2010), supplementary tables 5 and 8 to 11. A broken tree gives what was
 * read so far, because this is only a help for guessing the assembly.
 */
export async function bigWigChroms(file: Blob): Promise<Map<string, number>> {
  const out = new Map<string, number>()
  try {
    const header = new DataView(await file.slice(0, 64).arrayBuffer())
    const little = header.getUint32(0, true) === 0x888ffc26
    const root = Number(header.getBigUint64(8, little))
    const tree = new DataView(await file.slice(root, root + 32).arrayBuffer())
    if (tree.getUint32(0, little) !== 0x78ca8c91) return out
    const blockSize = tree.getUint32(4, little)
    const keySize = tree.getUint32(8, little)
    if (keySize === 0 || keySize > 1024 || blockSize === 0 || blockSize > 65_536) return out

    const todo = [root + 32]
    for (let nodes = 0; todo.length > 0 && nodes < MAX_NODES; nodes++) {
      const at = todo.shift() as number
      const node = new DataView(await file.slice(at, at + 4 + blockSize * (keySize + 8)).arrayBuffer())
      const leaf = node.getUint8(0) === 1
      const count = node.getUint16(2, little)
      for (let i = 0; i < count; i++) {
        const item = 4 + i * (keySize + 8)
        if (leaf) out.set(key(node, item, keySize), node.getUint32(item + keySize + 4, little))
        else todo.push(Number(node.getBigUint64(item + keySize, little)))
      }
    }
  } catch {
    // Out of bounds: the file is cut or broken; the server says so when it is uploaded.
  }
  return out
}

function key(v: DataView, at: number, size: number): string {
  let s = ''
  for (let i = 0; i < size; i++) {
    const c = v.getUint8(at + i)
    if (c === 0) break
    s += String.fromCharCode(c)
  }
  return s
}
