import { maxItems, msPerDay, type RecordShape, type Shape } from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import { instantMs } from './instant.ts'
import type { Json, JsonObject } from './json.ts'

/** Converts a value between its JSON form and the form of avsc. */
export interface Form {
  /** For a value that matches the JSON Schema. Throws `BUS_PAYLOAD_INVALID` for what a JSON Schema cannot express. */
  readonly toAvro: (value: Json) => unknown
  /** The exact inverse. */
  readonly toJson: (value: unknown) => Json
}

/** Compiles a payload's converter, so that each payload is walked once. */
export function formOf(shape: RecordShape): Form {
  const budget: Budget = { items: 0 }
  const form = compile(shape, '', budget)
  return {
    toAvro(value) {
      budget.items = 0
      return form.toAvro(value)
    },
    toJson: form.toJson
  }
}

/** Number of array items so far in the current payload. */
interface Budget {
  items: number
}

const asIs: Form = { toAvro: (value) => value, toJson: (value) => value as Json }

function compile(shape: Shape, path: string, budget: Budget): Form {
  switch (shape.kind) {
    case 'bytes':
      return {
        toAvro(value) {
          const bytes = Buffer.from(value as string, 'base64url')
          return bytes.toString('base64url') === value ? bytes : refuse(path, 'base64url')
        },
        toJson: (value) => (value as Buffer).toString('base64url')
      }
    case 'date':
      return {
        toAvro: (value) => instantOf(`${value}T00:00:00.000Z`, path, 'YYYY-MM-DD') / msPerDay,
        toJson: (value) => new Date((value as number) * msPerDay).toISOString().slice(0, 10)
      }
    case 'instant':
      return {
        toAvro: (value) => instantOf(value as string, path, 'YYYY-MM-DDTHH:MM:SS.sssZ'),
        toJson: (value) => new Date(value as number).toISOString()
      }
    case 'array':
      return arrayForm(compile(shape.items, `${path}/[]`, budget), path, budget)
    case 'record':
      return recordForm(shape, path, budget)
    default:
      return asIs
  }
}

/** A day that does not exist in the calendar does not survive the round trip. */
function instantOf(text: string, path: string, expected: string): number {
  const at = instantMs(text)
  return !Number.isNaN(at) && new Date(at).toISOString() === text ? at : refuse(path, expected)
}

function arrayForm(items: Form, path: string, budget: Budget): Form {
  return {
    toAvro(value) {
      const list = value as readonly Json[]
      budget.items += list.length
      if (budget.items > maxItems) {
        throw new BusError('BUS_PAYLOAD_INVALID', 'payload-too-many-items', {
          values: { path, limit: maxItems }
        })
      }
      return items === asIs ? list : list.map(items.toAvro)
    },
    toJson: (value) => (value as readonly unknown[]).map(items.toJson)
  }
}

function recordForm({ fields }: RecordShape, path: string, budget: Budget): Form {
  const forms = fields.map(({ name, shape }) => ({ name, ...compile(shape, `${path}/${name}`, budget) }))
  return {
    toAvro(value) {
      const object = value as JsonObject
      const record: Record<string, unknown> = {}
      for (const { name, toAvro } of forms) {
        const member = object[name]
        record[name] = member === undefined ? null : toAvro(member)
      }
      return record
    },
    toJson(value) {
      const record = value as Readonly<Record<string, unknown>>
      const object: Record<string, Json> = {}
      for (const { name, toJson } of forms) {
        const member = record[name]
        if (member !== null) object[name] = toJson(member)
      }
      return object
    }
  }
}

function refuse(path: string, expected: string): never {
  throw new BusError('BUS_PAYLOAD_INVALID', 'payload-malformed', { values: { path, expected } })
}
