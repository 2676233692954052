import type { SchemaEntry } from '../control/control-state.ts'
import { createPayloadCodec, type PayloadCodec } from '../events/payload-codec.ts'

/** An event type with the schema new events of it are written with. */
export interface EventType {
  readonly type: string
  /** The newest schema's id. */
  readonly id: number
  /** All its schemas' ids, oldest first. */
  readonly ids: readonly number[]
  readonly codec: PayloadCodec
  readonly jsonSchema: object
}

/** The event types that registered schemas make. */
export interface EventTypes {
  /** The type as new events are written; undefined where no schema is registered for it. */
  current(type: string): EventType | undefined
  /** The codec of one schema id, for reading what was written with it. */
  codecOf(id: number): PayloadCodec | undefined
  all(): readonly EventType[]
}

/** Reads schemas as the control state has them, newly registered ones included; each is compiled once, when first used. */
export function createEventTypes(schemas: readonly SchemaEntry[]): EventTypes {
  const codecs = new Map<number, PayloadCodec>()
  const byType = new Map<string, EventType>()
  let seen = 0

  const codecOf = (id: number): PayloadCodec | undefined => {
    const known = codecs.get(id)
    const entry = schemas[id - 1]
    if (known || !entry) return known
    const codec = createPayloadCodec(entry.text)
    codecs.set(id, codec)
    return codec
  }

  const refresh = (): void => {
    for (; seen < schemas.length; seen += 1) {
      const entry = schemas[seen]
      if (!entry) continue
      const { type, id } = entry
      const ids = [...(byType.get(type)?.ids ?? []), id]
      byType.set(type, {
        type,
        id,
        ids,
        get codec() {
          const codec = codecOf(id)
          if (!codec) throw new TypeError(`schema ${id} is registered but not there`)
          return codec
        },
        get jsonSchema() {
          return this.codec.jsonSchema
        }
      })
    }
  }

  return {
    current(type) {
      refresh()
      return byType.get(type)
    },
    codecOf,
    all() {
      refresh()
      return [...byType.values()]
    }
  }
}
