import { createHash } from 'node:crypto'
import { canonicalJson } from '#protocol/events/canonical.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import type { Field } from '../dialect/fields.ts'
import type { Raw } from '../dialect/json.ts'
import { readRecord } from '../dialect/read-record.ts'
import { writeRecord } from '../dialect/write-record.ts'
import { isOwnLink } from '../files/file-links.ts'
import type { OneStopSettings } from '../settings.ts'
import { withEntries } from './entries.ts'

/**
 * What a record says, in the members of our events. Links that the instance gave itself say nothing: they are others
 * each time. Throws the faults of `readRecord`.
 */
export function contentOf(
  raw: Raw,
  fields: readonly Field[],
  settings: Pick<OneStopSettings, 'codeTables' | 'maxEntries' | 'rootName' | 'files'>
): JsonObject {
  const { codeTables, maxEntries, rootName } = settings
  const read = readRecord(raw, fields, { codeTables, maxEntries, passedOver: [rootName] })
  const data = withEntries(read, ({ link, ...entry }) =>
    link === undefined || isOwnLink(String(link), settings) ? entry : { link, ...entry }
  )
  const { dossierCode } = data
  const root = raw[rootName]
  return {
    ...data,
    ...(typeof dossierCode === 'string' ? { dossierCode: dossierCode.normalize() } : {}),
    ...(typeof root === 'string' && root !== '' ? { rootDossierCode: root.normalize() } : {})
  }
}

/** An event's data as a record. Throws `codeWithoutCounterpart`. */
export function toRecord(
  data: JsonObject,
  fields: readonly Field[],
  { codeTables, rootName }: Pick<OneStopSettings, 'codeTables' | 'rootName'>
): Readonly<Record<string, Json>> {
  const { rootDossierCode } = data
  const record = writeRecord(data, fields, codeTables)
  return rootDossierCode === undefined ? record : { ...record, [rootName]: rootDossierCode }
}

/** Names one content, whatever the order of its members. */
export function hashOf(content: JsonObject): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}
