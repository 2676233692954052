import { BusError } from '#protocol/errors/bus-error.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import type { Config } from '#runtime/config.ts'
import { type FormatNote, formatName, refuseNewerNote } from '#runtime/data-format.ts'
import { areShared } from '#runtime/engines-config.ts'
import { topicsOf } from '#runtime/topics.ts'
import { trustKeysOf } from '#runtime/trust-keys.ts'
import { checkKeys } from './check-keys.ts'
import { openSource } from './source.ts'

/**
 * Checks everything that can be checked before anything is changed. Throws `BUS_DATA_IN_USE` if a bus uses
 * the folder, and `BUS_CONFIG_INVALID` if the folder has no bus, if the configuration has no shared engines
 * or other keys, if a newer release wrote the data, or if records have no topic in this release. Returns the bus's keys, including past ones.
 */
export async function checkSource(folder: string, config: Config): Promise<readonly PublicJwk[]> {
  if (!areShared(config)) refuse('migration-needs-shared-engines')
  const trust = await trustKeysOf(config, { areShared: true, mayCreate: false })
  const source = openSource(folder)
  try {
    const note = source.meta().find(({ name }) => name === formatName)
    if (note) refuseNewerNote(JSON.parse(note.value) as FormatNote)
    const known = topicsOf()
    const unknown = [...source.log.counts().keys()].filter((topic) => !known.includes(topic))
    if (unknown.length > 0) refuse('migration-topic-unknown', { topics: unknown.join(', ') })
    return await checkKeys(source, trust)
  } finally {
    source.close()
  }
}

function refuse(
  fault: 'migration-needs-shared-engines' | 'migration-topic-unknown',
  values: Readonly<Record<string, string>> = {}
): never {
  throw new BusError('BUS_CONFIG_INVALID', fault, { values })
}
