import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '#protocol/events/json.ts'

const schemas = join(import.meta.dirname, '..', '..', 'schemas')

/** The example payload of an event type of the province, such as `document/issued.v1`. */
export function exampleData(name: string): JsonObject {
  return JSON.parse(readFileSync(join(schemas, `${name}.example.json`), 'utf8')) as JsonObject
}
