import { people, type Group } from '@/api/sharing'

/** Somebody that a right can be given to. */
export interface Candidate {
  key: string
  userId?: number
  groupId?: number
  name: string
  note: string
}

/** Groups and people whose name begins with what was typed, without those that are `taken` and without the owner. */
export async function findCandidates(q: string, groups: Group[], taken: ReadonlySet<string>, ownerName: string | undefined, signal: AbortSignal): Promise<Candidate[]> {
  const text = q.trim().toLowerCase()
  const fromGroups = groups
    .filter((g) => g.name.toLowerCase().includes(text))
    .map((g): Candidate => ({ key: `g${g.id}`, groupId: g.id, name: g.name, note: `group of ${g.members.length}` }))
  const found = [...text].length < 2 ? [] : await people.find(text, signal)
  const fromPeople = found
    .filter((p) => p.username !== ownerName)
    .map((p): Candidate => ({ key: `u${p.id}`, userId: p.id, name: p.username, note: '' }))
  return [...fromGroups, ...fromPeople].filter((c) => !taken.has(c.key))
}
