import type { Incompatibility } from '#protocol/avro/compatibility/incompatibilities.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { createLimitedWorker } from '../fair-use/limited-worker.ts'
import { answerQuestion, refuseIncompatible } from './answer-question.ts'
import type { Answered, Asked } from './check-schema.worker.ts'
import {
  type NewVersion,
  type RegistryState,
  type VersionEntry,
  versionsHaving,
  versionWith
} from './registry-state.ts'
import { contentsOf } from './schema-content.ts'
import { compatibilityQuestion, newVersionQuestion, spellingQuestion } from './schema-question.ts'

/** The answer to whether a schema may be a new version of its subject, for the state in which it was asked. */
export interface PreparedCheck {
  readonly key: string
  readonly objections: readonly Incompatibility[]
}

/**
 * Checks of schemas, which anyone may ask for and some of which take long: in
 * a thread of their own, agencies in turn, within limits of time and memory.
 */
export interface SchemaChecks {
  /** What makes a schema incompatible with versions of a subject, oldest first. Rejects as `prepare` does. */
  objections(
    agency: string,
    state: RegistryState,
    schema: Omit<NewVersion, 'type'>,
    versions: readonly VersionEntry[]
  ): Promise<readonly Incompatibility[]>
  /**
   * Does in advance what takes `check` long. Rejects as `check` throws, with
   * `BUS_SCHEMA_INVALID` for a schema that takes more time or memory than it
   * may, and with `BUS_TOO_MANY_REQUESTS`.
   */
  prepare(agency: string, state: RegistryState, version: NewVersion): Promise<PreparedCheck>
  /**
   * Whether a schema may be a new version of its subject. Throws
   * `BUS_SCHEMA_INVALID` naming the field, `BUS_SCHEMA_INCOMPATIBLE` naming
   * field and version, or `BUS_ACT_CONFLICT` if the check was prepared for
   * other versions or another level than there are now. A check that is not
   * prepared is done on this thread and may take seconds: only for schemas of
   * the bus's own.
   */
  check(state: RegistryState, version: NewVersion, prepared: PreparedCheck | undefined): void
  /**
   * The version that has a schema, in any spelling, among those that are meant; of several the newest, but
   * exactly this text comes first. Rejects as `prepare` does, also if the schema is not valid.
   */
  find(
    agency: string,
    state: RegistryState,
    schema: Omit<NewVersion, 'type'>,
    isMeant: (version: VersionEntry) => boolean
  ): Promise<VersionEntry | undefined>
  /** As `find`; if there is no such version, does what `prepare` does. */
  findOrPrepare(
    agency: string,
    state: RegistryState,
    version: NewVersion,
    isMeant: (version: VersionEntry) => boolean
  ): Promise<VersionEntry | undefined>
  close(): Promise<void>
}

export interface SchemaChecksOptions {
  /** The domains that event types may have: those that have a topic. */
  readonly domains: ReadonlySet<string>
  /** Longest processor time of one check, in milliseconds. */
  readonly maxMs?: number
}

const maxHeapMb = 128
const maxWaiting = 20

export function createSchemaChecks({ domains, maxMs = 1000 }: SchemaChecksOptions): SchemaChecks {
  const worker = createLimitedWorker<Asked, Answered>({
    url: new URL('./check-schema.worker.ts', import.meta.url),
    maxMs,
    maxHeapMb,
    maxWaiting
  })

  const ask = async (
    agency: string,
    state: RegistryState,
    asked: Asked
  ): Promise<Exclude<Answered, { code: unknown }>> => {
    const answer = await worker.ask(agency, asked)
    if (!answer) {
      throw new BusError('BUS_SCHEMA_INVALID', 'schema-takes-long', { values: { limit: maxMs } })
    }
    if ('fault' in answer) throw new BusError(answer.code, answer.fault, { values: answer.values })
    contentsOf(state).keep(asked.text, asked.references, answer.content)
    return answer
  }

  const checks: SchemaChecks = {
    async objections(agency, state, schema, versions) {
      const { objections } = await ask(agency, state, compatibilityQuestion(state, schema, versions))
      return objections
    },

    async prepare(agency, state, version) {
      const question = newVersionQuestion(state, version, domains)
      const { objections } = await ask(agency, state, question)
      refuseIncompatible(version.subject, question, objections)
      return { key: question.key, objections }
    },

    check(state, version, prepared) {
      const question = newVersionQuestion(state, version, domains)
      const { subject } = version
      if (prepared && prepared.key !== question.key) {
        throw new BusError('BUS_ACT_CONFLICT', 'schema-check-outdated', { values: { subject } })
      }
      refuseIncompatible(subject, question, prepared?.objections ?? answerQuestion(question))
    },

    async find(agency, state, schema, isMeant) {
      const known = knownVersion(state, schema, isMeant)
      if (known) return known
      const versions = state.subjects.get(schema.subject)?.versions.filter(isMeant) ?? []
      const { question, candidates } = spellingQuestion(state, schema, versions)
      if (candidates.length === 0 && contentsOf(state).isValid(schema.text, schema.references))
        return undefined
      const { same } = await ask(agency, state, question)
      return knownVersion(state, schema, isMeant) ?? candidates[same]
    },

    async findOrPrepare(agency, state, version, isMeant) {
      const known = knownVersion(state, version, isMeant)
      if (known) return known
      // What may not be a new version can be an earlier one all the same.
      const refusal = await checks.prepare(agency, state, version).then(
        () => undefined,
        (error: unknown) => error
      )
      const found = await checks.find(agency, state, version, isMeant)
      if (!found && refusal) throw refusal
      return found
    },

    close: worker.close
  }
  return checks
}

/** The version that has a schema, where that is seen at once. */
function knownVersion(
  state: RegistryState,
  schema: Omit<NewVersion, 'type'>,
  isMeant: (version: VersionEntry) => boolean
): VersionEntry | undefined {
  const { subject, text, references } = schema
  const entry = state.subjects.get(subject)
  const contents = contentsOf(state)
  if (!entry || !contents.isQuick(text, references)) return undefined
  // With references, only valid schemas can be compared by their spelling.
  return references.length === 0 || contents.isValid(text, references)
    ? versionWith(state, entry, schema, isMeant)
    : versionsHaving(state, entry, schema).findLast(isMeant)
}
