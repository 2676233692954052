import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { LinkedFile } from '../files/file-links.ts'
import { entriesOf, withEntries } from './entries.ts'

/** The files of a record. */
export function filesOf({ attachments = [] }: JsonObject): readonly Attachment[] {
  return attachments as unknown as readonly Attachment[]
}

/** Files of a record that it has no link to. */
export function unlinkedIn(data: JsonObject): readonly Attachment[] {
  const linked = entriesOf(data).filter(({ link }) => link !== undefined)
  const digests = new Set(linked.map(({ sha256 }) => sha256))
  return filesOf(data).filter(({ sha256 }) => !digests.has(sha256))
}

function unnamedIn(data: JsonObject): readonly Attachment[] {
  const named = new Set(entriesOf(data).map(({ sha256 }) => sha256))
  return filesOf(data).filter(({ sha256 }) => !named.has(sha256))
}

/** The record with an entry for each file that none names. */
export function withUnnamedFiles(data: JsonObject, place: 'papers' | 'results'): JsonObject {
  const unnamed = unnamedIn(data)
  if (unnamed.length === 0) return data
  const entries = unnamed.map(({ name, sha256 }) =>
    place === 'papers' ? { fileName: name, sha256 } : { name, sha256 }
  )
  return { ...data, [place]: [...((data[place] ?? []) as readonly JsonObject[]), ...entries] }
}

/** The record with a link in each entry that names a file and has none. */
export function withLinks(data: JsonObject, linkTo: (file: LinkedFile) => string): JsonObject {
  const bySha256 = new Map(filesOf(data).map((file) => [file.sha256, file]))
  return withEntries(data, (entry) => {
    const { sha256, link, fileName, name } = entry
    if (typeof sha256 !== 'string' || link !== undefined) return entry
    const file = bySha256.get(sha256)
    const shown = file?.name ?? String(fileName ?? name ?? 'giay-to')
    const mediaType = file?.mediaType ?? 'application/octet-stream'
    return { ...entry, link: linkTo({ sha256, name: shown, mediaType }) }
  })
}
