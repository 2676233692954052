import { BusError } from '#protocol/errors/bus-error.ts'
import { createPayloadCodec, type PayloadCodec } from '#protocol/events/payload-codec.ts'
import { type RegistryState, schemaWith } from './registry-state.ts'

/** An event type, with the schema for new events. */
export interface EventType {
  readonly type: string
  /** Id of the newest schema. */
  readonly id: number
  /** Ids of its schemas, oldest first, without deleted ones. */
  readonly ids: readonly number[]
  readonly codec: PayloadCodec
  readonly jsonSchema: object
}

/** The event types defined by registered schemas. */
export interface EventTypes {
  /** An event type as new events are written; undefined if it has no schema that is not deleted. */
  current(type: string): EventType | undefined
  /**
   * The codec of a schema id, for reading; undefined if no schema has the id yet. Throws
   * `BUS_RECORD_FOREIGN` for a schema that is not an event type's: the bus writes nothing with it.
   */
  codecOf(id: number): PayloadCodec | undefined
  all(): readonly EventType[]
}

/**
 * Reads schemas from the control state, including those registered later. Each is compiled once, when it is
 * first used.
 */
export function createEventTypes(registry: RegistryState): EventTypes {
  const codecs = new Map<number, PayloadCodec>()
  let byType = new Map<string, EventType>()
  /** Ids of event types' schemas, including deleted ones, since events written with them stay readable for ever. */
  const ids = new Set<number>()
  let changes = -1

  const compiled = (id: number): PayloadCodec => {
    const known = codecs.get(id)
    if (known) return known
    const entry = schemaWith(registry, id)
    if (!entry) throw new TypeError(`schema ${id} is registered but not there`)
    const codec = createPayloadCodec(entry.text)
    codecs.set(id, codec)
    return codec
  }

  const refresh = (): void => {
    if (changes === registry.changes) return
    changes = registry.changes
    const before = byType
    byType = new Map()
    for (const { type, versions } of registry.subjects.values()) {
      if (type === undefined) continue
      for (const { id } of versions) ids.add(id)
      const live = versions.filter(({ deleted }) => !deleted).map(({ id }) => id)
      const id = live.at(-1)
      if (id === undefined) continue
      const known = before.get(type)
      const isSame = known && String(known.ids) === String(live)
      byType.set(type, isSame ? known : toEventType(type, id, live, compiled))
    }
  }

  return {
    current(type) {
      refresh()
      return byType.get(type)
    },
    codecOf(id) {
      const known = codecs.get(id)
      if (known) return known
      refresh()
      if (ids.has(id)) return compiled(id)
      if (schemaWith(registry, id)) throw new BusError('BUS_RECORD_FOREIGN', 'record-unreadable')
      return undefined
    },
    all() {
      refresh()
      return [...byType.values()]
    }
  }
}

function toEventType(
  type: string,
  id: number,
  ids: readonly number[],
  compiled: (id: number) => PayloadCodec
): EventType {
  return {
    type,
    id,
    ids,
    get codec() {
      return compiled(id)
    },
    get jsonSchema() {
      return compiled(id).jsonSchema
    }
  }
}
