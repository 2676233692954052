import { maxItems, msPerDay, type RecordShape, type Shape } from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import { exactDay, exactInstant } from './instant.ts'
import type { Json, JsonObject } from './json.ts'

/** Checks that a JSON Schema cannot express, and the way back from avsc. */
export interface Form {
  /** Throws `BUS_PAYLOAD_INVALID` for what a JSON Schema cannot express. The value must match the schema. */
  readonly check: (value: Json) => void
  /** The JSON form of a value as avsc decodes it. */
  readonly toJson: (value: unknown) => Json
}

/** Compiles the form of a payload. */
export function formOf(shape: RecordShape): Form {
  const budget: Budget = { items: 0 }
  const form = compile(shape, '', budget)
  return {
    check(value) {
      budget.items = 0
      form.check(value)
    },
    toJson: form.toJson
  }
}

/** Number of array items so far in the current payload. */
interface Budget {
  items: number
}

const asIs: Form = { check: () => {}, toJson: (value) => value as Json }

function compile(shape: Shape, path: string, budget: Budget): Form {
  switch (shape.kind) {
    case 'bytes':
      return {
        check: (value) => void (exactBase64url(value as string) ?? refuse(path, 'base64url')),
        toJson: (value) => (value as Buffer).toString('base64url')
      }
    case 'date':
      return {
        check: (value) => void (exactDay(value as string) ?? refuse(path, 'YYYY-MM-DD')),
        toJson: (value) => new Date((value as number) * msPerDay).toISOString().slice(0, 10)
      }
    case 'instant':
      return {
        check: (value) => void (exactInstant(value as string) ?? refuse(path, 'YYYY-MM-DDTHH:MM:SS.sssZ')),
        toJson: (value) => new Date(value as number).toISOString()
      }
    case 'string':
      return {
        ...asIs,
        check: (value) =>
          void ((value as string).isWellFormed() || refuse(path, 'string, well-formed Unicode'))
      }
    case 'array':
      return arrayForm(compile(shape.items, `${path}/[]`, budget), path, budget)
    case 'record':
      return recordForm(shape, path, budget)
    default:
      return asIs
  }
}

function arrayForm(items: Form, path: string, budget: Budget): Form {
  return {
    check(value) {
      const list = value as readonly Json[]
      budget.items += list.length
      if (budget.items > maxItems) {
        throw new BusError('BUS_PAYLOAD_INVALID', 'payload-too-many-items', {
          values: { path, limit: maxItems }
        })
      }
      list.forEach(items.check)
    },
    toJson: (value) => (value as readonly unknown[]).map(items.toJson)
  }
}

function recordForm({ fields }: RecordShape, path: string, budget: Budget): Form {
  const forms = fields.map(({ name, shape }) => ({ name, ...compile(shape, `${path}/${name}`, budget) }))
  return {
    check(value) {
      const object = value as JsonObject
      for (const { name, check } of forms) {
        const member = object[name]
        if (member !== undefined) check(member)
      }
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

/** The bytes of a text that is exactly how they are written in base64url; undefined for any other. */
export function exactBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
