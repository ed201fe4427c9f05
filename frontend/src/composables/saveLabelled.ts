import { regions } from '@/api/regions'
import type { Dataset } from '@/api/types'
import { fileName, saveBlob } from '@/lib/download'
import { labelled, type LabelColumn } from '@/lib/labelledRegions'

/** Downloads regions of a set, with a column that says something of each, in the format of its file. Throws ApiError. */
export async function saveLabelled(set: Dataset, column: LabelColumn, name: string[]): Promise<void> {
  const format = set.dimension === 2 ? 'bedpe' : 'bed'
  const res = await regions.file(set.id, { where: [], find: '', sort: '', desc: false }, format)
  saveBlob(new Blob([labelled(await res.text(), format, column)], { type: 'text/plain' }), fileName(name, format))
}
