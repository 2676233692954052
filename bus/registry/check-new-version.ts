import {
  type CompatibilityLevel,
  type EarlierVersion,
  type Incompatibility,
  incompatibilities,
  incompatibilityText
} from '#protocol/avro/compatibility/incompatibilities.ts'
import type { AvroType } from '#protocol/avro/model.ts'
import { parseAvro } from '#protocol/avro/parse-avro.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { checkEventSchema } from '#protocol/events/check-event-schema.ts'
import { domainOf } from '#protocol/events/event.ts'
import {
  levelOf,
  type NewVersion,
  type RegistryState,
  type SchemaEntry,
  schemaWith,
  type VersionEntry
} from './registry-state.ts'
import type { SchemaReference } from './schema-reference.ts'

/**
 * Checks that a schema may become a new version of its subject: it is valid Avro, fits the profile if the
 * subject is an event type's, and is compatible with the earlier versions at the subject's level. Throws
 * `BUS_SCHEMA_INVALID` naming the field, or `BUS_SCHEMA_INCOMPATIBLE` naming field and version. `domains`
 * are those that have a topic. Takes milliseconds.
 */
export function checkNewVersion(
  state: RegistryState,
  { subject, type, text, references }: NewVersion,
  domains: ReadonlySet<string>
): void {
  const schema = parseWith(state, text, references)
  const live = liveVersions(state, subject)
  if (type !== undefined) {
    if (references.length > 0) {
      throw new BusError('BUS_SCHEMA_INVALID', 'schema-references-refused', { values: { type } })
    }
    const domain = domainOf(type)
    if (!domains.has(domain)) {
      throw new BusError('BUS_SCHEMA_INVALID', 'schema-domain-unknown', { values: { domain } })
    }
    // Including deleted versions, since events written with them stay readable for ever.
    const all = state.subjects.get(subject)?.versions ?? []
    checkEventSchema(
      type,
      text,
      all.map(({ id }) => textOf(state, id))
    )
  }
  const level = levelOf(state, subject)
  const [first] = objections(state, schema, live, level)
  if (first) {
    const problem = incompatibilityText(first, 'en')
    throw new BusError('BUS_SCHEMA_INCOMPATIBLE', 'schema-incompatible', {
      values: { subject, level, problem }
    })
  }
}

/** Characters of schemas read for one question; some 100 ms. */
const maxRead = 1_048_576

/**
 * What makes a schema incompatible with versions of a subject (oldest first). Versions too long to be read
 * in time count as incompatible.
 */
export function objections(
  state: RegistryState,
  schema: AvroType,
  versions: readonly VersionEntry[],
  level: CompatibilityLevel
): readonly Incompatibility[] {
  const relevant = level === 'NONE' ? [] : level.endsWith('_TRANSITIVE') ? versions : versions.slice(-1)
  const earlier: EarlierVersion[] = []
  let left = maxRead
  for (const { version, id } of relevant.toReversed()) {
    const entry = schemaWith(state, id)
    if (!entry) continue
    const texts = textsOf(state, entry.references)
    left -= entry.text.length + texts.reduce((sum, text) => sum + text.length, 0)
    if (left < 0 && earlier.length > 0) return [tooMuch(version)]
    earlier.unshift({ version, schema: parseAvro(entry.text, texts) })
  }
  return incompatibilities(level, schema, earlier)
}

function tooMuch(version: number): Incompatibility {
  const sides = { written: 'the new schema', expected: `all versions up to ${version}` }
  return { version, direction: 'backward', fault: 'unreadable-complex', field: '/', ...sides }
}

/** Parses a schema together with the schemas that it refers to. Throws `BUS_SCHEMA_INVALID`. */
export function parseWith(
  state: RegistryState,
  text: string,
  references: readonly SchemaReference[]
): AvroType {
  return parseAvro(text, textsOf(state, references))
}

/** Versions of a subject that are not deleted, oldest first. */
export function liveVersions(state: RegistryState, subject: string): readonly VersionEntry[] {
  return state.subjects.get(subject)?.versions.filter(({ deleted }) => !deleted) ?? []
}

/** Texts of all schemas referred to, directly or not; each once, and after those that it refers to itself. */
function textsOf(state: RegistryState, references: readonly SchemaReference[]): readonly string[] {
  const done = new Set<number>()
  const texts: string[] = []
  const visit = ({ name, subject, version }: SchemaReference): void => {
    const entry = entryOf(state, subject, version)
    if (!entry) {
      throw new BusError('BUS_SCHEMA_INVALID', 'schema-reference-unknown', {
        values: { name, subject, version }
      })
    }
    if (done.has(entry.id)) return
    done.add(entry.id)
    // Terminates, since a registered schema refers only to earlier ones.
    for (const reference of entry.references) visit(reference)
    texts.push(entry.text)
  }
  for (const reference of references) visit(reference)
  return texts
}

function entryOf(state: RegistryState, subject: string, version: number): SchemaEntry | undefined {
  const found = state.subjects.get(subject)?.versions.find((one) => one.version === version)
  return found && schemaWith(state, found.id)
}

function textOf(state: RegistryState, id: number): string {
  return schemaWith(state, id)?.text ?? ''
}
