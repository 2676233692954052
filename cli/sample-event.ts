import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markedFields } from '#protocol/avro/payload-marks.ts'
import { agencyOf, type BusEvent, domainOf } from '#protocol/events/event.ts'
import { readEventSchema } from '#protocol/events/event-schema.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { toNewEvent } from '#protocol/events/new-event.ts'
import { subjectFields, valueAt } from '#protocol/events/payload-names.ts'
import type { ShippedSchema } from '#runtime/shipped-schemas.ts'

/** The two agencies of the examples, which are also agencies of the demo province. */
export const exampleAgencies = ['000.00.91.H03', '000.00.92.H03'] as const
const [first, second] = exampleAgencies

export interface SampleOptions {
  /** The system that is to send it: `/agencies/<code>/systems/<name>`. */
  readonly system: string
  /** The agency that is to receive it. Default: the other agency of the example, where the type needs recipients. */
  readonly recipient?: string | undefined
}

/** A valid event made from the example of a shipped schema: its codes are those of its sender and recipient. */
export function sampleEvent({ type, text }: ShippedSchema, { system, recipient }: SampleOptions): BusEvent {
  const shape = readEventSchema(text)
  const example = exampleOf(type)
  const [sender] = markedFields(shape, 'sender').map((field) => valueAt(example, field))
  const from = sender === second ? second : first
  const other = from === first ? second : first
  const own = agencyOf(system)
  const to = recipient ?? (own === other ? from : other)
  const data = withCodes(example, { [from]: own, [other]: to }) as JsonObject
  const [subject] = subjectFields(shape)
    .map((field) => valueAt(data, field))
    .filter((value) => value !== undefined)
  const isNamed = recipient !== undefined || domainOf(type) === 'document'
  const recipients = isNamed ? { recipients: [to] } : {}
  return toNewEvent(system, { type, subject: String(subject), ...recipients, data })
}

function exampleOf(type: string): JsonObject {
  const folder = join(import.meta.dirname, '..', 'schemas')
  return JSON.parse(
    readFileSync(join(folder, `${type.replace('.', '/')}.example.json`), 'utf8')
  ) as JsonObject
}

/** The same value with other agency codes, also within the texts that begin with one. */
function withCodes(value: Json, codes: Readonly<Record<string, string>>): Json {
  if (typeof value === 'string') {
    return value.replaceAll(/(?<![A-Z0-9.])[0-9]{3}(?:\.[A-Z0-9]+)+/g, (code) => codes[code] ?? code)
  }
  if (Array.isArray(value)) return value.map((one) => withCodes(one, codes))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withCodes(one as Json, codes)]))
}
