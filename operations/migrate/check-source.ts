import type { EventTypes } from '#bus/registry/event-types.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Config } from '#runtime/config.ts'
import { refuseNewerNote } from '#runtime/data-format.ts'
import { areShared } from '#runtime/engines-config.ts'
import { topicsOf } from '#runtime/topics.ts'
import { trustKeysOf } from '#runtime/trust-keys.ts'
import { knownSchema } from './archived-record.ts'
import { type CheckedKeys, checkKeys } from './check-keys.ts'
import type { LogContents, LogExport } from './log-export.ts'
import { type BusState, openState } from './source.ts'

/**
 * Checks what can be checked before anything is changed. Throws `BUS_DATA_IN_USE` if a bus uses the folder, and
 * `BUS_CONFIG_INVALID` if the folder has no bus, if the configuration has no shared engines or other keys, or if a
 * newer release wrote the data.
 */
export async function checkSource(folder: string, config: Config): Promise<void> {
  if (!areShared(config)) throw new BusError('BUS_CONFIG_INVALID', 'migration-needs-shared-engines')
  const state = openState(folder)
  try {
    await checkState(state, config)
  } finally {
    state.close()
  }
}

/** The same for an opened folder. Returns what its acts say. */
export async function checkState(
  state: Pick<BusState, 'acts' | 'meta' | 'format'>,
  config: Config
): Promise<CheckedKeys> {
  const note = state.format()
  if (note) refuseNewerNote(note)
  return await checkKeys(state, await trustKeysOf(config, { areShared: true, mayCreate: false }))
}

/**
 * Throws `BUS_CONFIG_INVALID` if records have no topic in this release, or the schema of an event is not known.
 * Returns the number of records of each topic.
 */
export function checkLog(
  log: Pick<LogExport, 'contents'>,
  codecOf: EventTypes['codecOf']
): LogContents['topics'] {
  const { topics, schemaIds } = log.contents()
  const known = topicsOf()
  const unknown = [...topics.keys()].filter((topic) => !known.includes(topic))
  if (unknown.length > 0) {
    const values = { topics: unknown.join(', ') }
    throw new BusError('BUS_CONFIG_INVALID', 'migration-topic-unknown', { values })
  }
  for (const id of schemaIds) knownSchema(id, codecOf)
  return topics
}
