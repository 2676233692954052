import { BusError } from '#bus/errors/bus-error.ts'
import type { FieldShape, RecordShape, Shape } from './avro-schema.ts'
import type { Json, JsonObject } from './json.ts'

/** One value between its JSON form and what avsc takes and gives. */
interface Form {
  readonly toAvro: (value: Json, path: string) => unknown
  readonly toJson: (value: unknown) => Json
}

const asIs: Form = { toAvro: (value) => value, toJson: (value) => value as Json }

/** Compiles a shape's converter once, so that a payload costs one walk. */
export function formOf(shape: Shape): Form {
  switch (shape.kind) {
    case 'bytes':
      return {
        toAvro: (value, path) => {
          const bytes = Buffer.from(value as string, 'base64url')
          return bytes.toString('base64url') === value ? bytes : refuse(path, 'base64url')
        },
        toJson: (value) => (value as Buffer).toString('base64url')
      }
    case 'date':
      return {
        toAvro: (value, path) => instantOf(`${value}T00:00:00.000Z`, path, 'YYYY-MM-DD') / 86_400_000,
        toJson: (value) => new Date((value as number) * 86_400_000).toISOString().slice(0, 10)
      }
    case 'instant':
      return {
        toAvro: (value, path) => instantOf(value as string, path, 'YYYY-MM-DDTHH:MM:SS.sssZ'),
        toJson: (value) => new Date(value as number).toISOString()
      }
    case 'array':
      return arrayForm(formOf(shape.items))
    case 'record':
      return recordForm(shape)
    default:
      return asIs
  }
}

function instantOf(text: string, path: string, expected: string): number {
  const at = Date.parse(text)
  return !Number.isNaN(at) && new Date(at).toISOString() === text ? at : refuse(path, expected)
}

function arrayForm(items: Form): Form {
  return {
    toAvro: (value, path) =>
      (value as readonly Json[]).map((item, index) => items.toAvro(item, `${path}/${index}`)),
    toJson: (value) => (value as readonly unknown[]).map(items.toJson)
  }
}

function recordForm({ fields }: RecordShape): Form {
  const forms = fields.map((field: FieldShape) => ({ ...field, form: formOf(field.shape) }))
  return {
    toAvro: (value, path) => {
      const object = value as JsonObject
      const record: Record<string, unknown> = {}
      for (const { name, form } of forms) {
        const member = object[name]
        record[name] = member === undefined ? null : form.toAvro(member, `${path}/${name}`)
      }
      return record
    },
    toJson: (value) => {
      const record = value as Readonly<Record<string, unknown>>
      const object: Record<string, Json> = {}
      for (const { name, form } of forms) {
        const member = record[name]
        if (member !== null) object[name] = form.toJson(member)
      }
      return object
    }
  }
}

function refuse(path: string, expected: string): never {
  throw new BusError('BUS_PAYLOAD_INVALID', 'payload-malformed', { values: { path, expected } })
}
