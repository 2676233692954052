import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { isDossierCode } from '../../shared-formats/dossiers/dossier-code.ts'
import type { Field } from '../dialect/fields.ts'
import type { Raw } from '../dialect/json.ts'
import { readRecord } from '../dialect/read-record.ts'
import { writeRecord } from '../dialect/write-record.ts'
import { isOwnLink } from '../files/file-links.ts'
import type { OneStopSettings } from '../settings.ts'
import { withEntries } from './entries.ts'

type ReadingSettings = Pick<
  OneStopSettings,
  'codePattern' | 'codeTables' | 'maxEntries' | 'rootName' | 'files'
>

/**
 * What a record says, in the members of our events. Links that the instance gave itself say nothing: they are others
 * each time. Throws the faults of `readRecord`.
 */
export function contentOf(raw: Raw, fields: readonly Field[], settings: ReadingSettings): JsonObject {
  const { codePattern, codeTables, maxEntries, rootName } = settings
  const root = textIn(raw[rootName])
  const isLinked = root !== '' && isDossierCode(root, codePattern) // Some desks write "-" where there is none.
  const read = readRecord(raw, fields, { codeTables, maxEntries, passedOver: isLinked ? [rootName] : [] })
  const data = withEntries(read, ({ link, ...entry }) =>
    link === undefined || isOwnLink(String(link), settings) ? entry : { link, ...entry }
  )
  const { dossierCode } = data
  return {
    ...data,
    ...(typeof dossierCode === 'string' ? { dossierCode: dossierCode.normalize() } : {}),
    ...(isLinked ? { rootDossierCode: root } : {})
  }
}

function textIn(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim().normalize() : ''
}

/** The hash of what a record says; undefined for one that cannot be read. */
export function hashOfRecord(
  raw: Raw,
  fields: readonly Field[],
  settings: ReadingSettings
): string | undefined {
  try {
    return hashOf(contentOf(raw, fields, settings))
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    return undefined
  }
}

/** When the status of a record, or of progress, was set: its newest time that is no promise. */
export function statusTimeOf(content: JsonObject): string | undefined {
  const times = ['submittedAt', 'receivedAt', 'refusedAt', 'finishedAt', 'returnedAt', 'changedAt']
  return newest(times.map((name) => content[name]))
}

/** The newest of instants as `toInstant` writes them. */
export function newest(instants: readonly (Json | undefined)[]): string | undefined {
  return instants
    .filter((instant) => typeof instant === 'string')
    .sort()
    .at(-1)
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
