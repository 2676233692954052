import type { Json, JsonObject } from '#protocol/events/json.ts'
import { type CodeTables, toTheirCode } from './code-tables.ts'
import { fromInstant } from './dates.ts'
import type { Field } from './fields.ts'

/** The members of an event as a record of the dialect. Throws `codeWithoutCounterpart`. */
export function writeRecord(data: JsonObject, fields: readonly Field[], codeTables: CodeTables): JsonObject {
  return withExtensions(written(data, fields, codeTables), data.extensions)
}

function written(data: JsonObject, fields: readonly Field[], codeTables: CodeTables): Record<string, Json> {
  const record: Record<string, Json> = {}
  for (const { theirs, ours, form, isRequired } of fields) {
    const value = memberOf(data, ours)
    if (value === undefined || value === '') {
      if (isRequired) record[theirs] = ''
    } else if (typeof form === 'object') {
      record[theirs] = (value as JsonObject[]).map((entry) => written(entry, form.fields, codeTables))
    } else {
      const text = String(value)
      record[theirs] = form === 'text' ? toTheirCode(codeTables, theirs, text) : fromInstant(text)
    }
  }
  return record
}

function memberOf(data: JsonObject, name: string): Json | undefined {
  const [outer = '', inner] = name.split('.')
  const value = data[outer]
  return inner === undefined ? value : (value as JsonObject | undefined)?.[inner]
}

/** Puts back what the source wrote beyond the dialect, where the record has that place and nothing is there. */
function withExtensions(record: Record<string, Json>, extensions: Json | undefined): JsonObject {
  for (const { path, value } of (extensions ?? []) as unknown as readonly Extension[]) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    const name = steps.pop() ?? ''
    const place = steps.reduce<unknown>((at, step) => own(at, step), record)
    if (
      typeof place === 'object' &&
      place !== null &&
      !Array.isArray(place) &&
      own(place, name) === undefined
    ) {
      Object.defineProperty(place, name, { value: parsed(value), enumerable: true, writable: true })
    }
  }
  return record
}

interface Extension {
  readonly path: string
  readonly value: string
}

function own(at: unknown, name: string): unknown {
  return typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? at[name as never] : undefined
}

/** Another system may have written a value that is no JSON: it is a text then. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
