import { datasets } from './calls'

/** Downloads the uploaded bytes of a dataset under their own name. A link cannot do it, because it carries no token. */
export async function saveFile(id: number, name: string, onProgress: (received: number) => void): Promise<void> {
  const res = await datasets.file(id)
  const parts: BlobPart[] = []
  let received = 0
  const reader = res.body?.getReader()
  for (;;) {
    const piece = await reader?.read()
    if (!piece || piece.done) break
    parts.push(piece.value)
    received += piece.value.length
    onProgress(received)
  }
  saveBlob(new Blob(parts), name)
}

/** Saves the body of an answer under the name that the server gave it. */
export async function saveAnswer(res: Response, fallback: string): Promise<void> {
  const given = /filename="?([^";]+)"?/.exec(res.headers.get('Content-Disposition') ?? '')?.[1]
  saveBlob(await res.blob(), given ?? fallback)
}

function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
