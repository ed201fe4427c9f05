import type { Dataset, DatasetSort } from '@/api/types'
import type { Column } from '@/components/table/columns'
import { bytes, fullTime } from '@/text/units'

import { kindName, sizeTypeText, summary } from './kinds'
import type { Group } from './tableQuery'

/** One column of the tables of datasets. The cells of name, state, public, tags and created are drawn by the page. */
export interface DatasetColumn extends Column<Dataset> {
  by?: DatasetSort
}

export const defaultColumns: Record<Group, string[]> = {
  regions: ['name', 'assembly', 'facts', 'type', 'cell', 'state', 'size', 'owner', 'public', 'created'],
  features: ['name', 'kind', 'assembly', 'facts', 'cell', 'state', 'size', 'owner', 'public', 'created'],
}

export function datasetColumns(group: Group, assemblyName: (id: number) => string): DatasetColumn[] {
  const regions = group === 'regions'
  const all: (DatasetColumn | false)[] = [
    { key: 'name', label: 'Name', by: 'name', text: (d) => d.name },
    !regions && { key: 'kind', label: 'Kind', by: 'kind', width: 110, text: (d) => kindName[d.kind] },
    { key: 'assembly', label: 'Assembly', by: 'assembly', width: 92, text: (d) => assemblyName(d.assemblyId) },
    regions ? { key: 'facts', label: 'Regions', by: 'regions', width: 116, text: summary } : { key: 'facts', label: 'Content', width: 190, text: summary },
    regions && { key: 'type', label: 'Type', by: 'sizeType', width: 106, text: sizeTypeText },
    { key: 'cell', label: 'Cell type', by: 'cellType', width: 104, text: (d) => d.cellType },
    { key: 'perturbation', label: 'Perturbation', by: 'perturbation', width: 116, text: (d) => d.perturbation },
    { key: 'sample', label: 'Sample', by: 'sampleId', width: 104, text: (d) => d.sampleId },
    { key: 'tags', label: 'Tags', width: 150, text: (d) => d.tags.join(', ') },
    { key: 'description', label: 'Description', width: 220, text: (d) => d.description },
    { key: 'state', label: 'State', by: 'state', width: 98 },
    { key: 'size', label: 'Size', by: 'size', width: 84, text: (d) => bytes(d.size), align: 'right' },
    { key: 'file', label: 'File', width: 170, text: (d) => d.fileName },
    { key: 'owner', label: 'Owner', by: 'owner', width: 92, text: (d) => d.ownerName },
    { key: 'public', label: 'Who may read', by: 'public', width: 124 },
    { key: 'created', label: 'Uploaded', by: 'created', width: 142, text: (d) => fullTime(d.createdAt) },
  ]
  return all.filter((c) => c !== false)
}

/** The chosen columns in their order; names that there are not are left out, and the name is always there. */
export function shownColumns(all: DatasetColumn[], chosen: string[]): DatasetColumn[] {
  return all.filter((c) => c.key === 'name' || chosen.includes(c.key))
}
