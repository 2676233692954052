import { canonicalJson } from '#protocol/events/canonical.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { faults } from '../faults.ts'
import { type CodeTables, toOurCode } from './code-tables.ts'
import { toInstant } from './dates.ts'
import type { Field, ListForm } from './fields.ts'
import { isRaw, type Raw } from './json.ts'

export interface ReadOptions {
  readonly codeTables: CodeTables
  /** Members of a record that are not the dialect's but known here. */
  readonly passedOver: readonly string[]
  /** Most entries of all lists of a record. */
  readonly maxEntries: number
}

const maxExtensions = 500
const maxExtensionsLength = 65_536

/** A record of the dialect in the members of our events. Throws the faults of an item that cannot be used. */
export function readRecord(raw: Raw, fields: readonly Field[], options: ReadOptions): JsonObject {
  const reading = new Reading(options)
  const data = reading.record(raw, fields, '')
  return reading.extensions.length === 0 ? data : { ...data, extensions: reading.extensions }
}

class Reading {
  readonly extensions: JsonObject[] = []
  readonly #options: ReadOptions
  #entries = 0
  #length = 0

  constructor(options: ReadOptions) {
    this.#options = options
  }

  record(raw: Raw, fields: readonly Field[], path: string): JsonObject {
    const data: Record<string, Json> = {}
    for (const { theirs, ours, form } of fields) {
      const value = this.#value(raw[theirs], theirs, form, `${path}/${theirs}`)
      if (value !== undefined) put(data, ours, value)
    }
    const known = new Set(fields.map(({ theirs }) => theirs))
    for (const [name, value] of Object.entries(raw)) {
      if (known.has(name) || isEmpty(value)) continue
      if (path === '' && this.#options.passedOver.includes(name)) continue
      this.#extend(`${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, value)
    }
    return data
  }

  #value(value: unknown, name: string, form: Field['form'], path: string): Json | undefined {
    if (isEmpty(value)) return undefined
    if (typeof form === 'object') return this.#list(value, form, path)
    const text = textOf(value, path)
    if (form === 'text') return toOurCode(this.#options.codeTables, name, text)
    const instant = toInstant(text.trim())
    if (instant === undefined) throw faults.dateMalformed({ values: { field: path, got: shownTime(text) } })
    return instant
  }

  #list(value: unknown, { fields, textAs }: ListForm, path: string): readonly Json[] {
    if (!Array.isArray(value)) throw faults.fieldMalformed({ values: { field: path } })
    this.#entries += value.length
    const { maxEntries } = this.#options
    if (this.#entries > maxEntries) throw faults.tooManyEntries({ values: { limit: maxEntries } })
    return value.map((entry: unknown, index) => {
      const raw = typeof entry === 'string' && textAs !== undefined ? { [textAs]: entry } : entry
      if (!isRaw(raw)) throw faults.fieldMalformed({ values: { field: `${path}/${index}` } })
      return this.record(raw, fields, `${path}/${index}`)
    })
  }

  #extend(path: string, value: unknown): void {
    const extension = { path: path.normalize(), value: canonicalJson(value as Json) }
    this.#length += extension.path.length + extension.value.length
    this.extensions.push(extension)
    if (this.extensions.length > maxExtensions || this.#length > maxExtensionsLength) {
      throw faults.tooManyExtensions({ values: { values: maxExtensions, characters: maxExtensionsLength } })
    }
  }
}

/** A text that looks like a time; another may be something personal in the wrong field. */
function shownTime(text: string): string {
  return /^[\d\s:./TZ+-]{1,40}$/.test(text) ? text : '…'
}

/** Systems write an empty text where they have nothing. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function textOf(value: unknown, field: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw faults.fieldMalformed({ values: { field } })
}

/** Sets a member; one with a dot in a record within. */
function put(data: Record<string, Json>, name: string, value: Json): void {
  const [outer = '', inner] = name.split('.')
  data[outer] = inner === undefined ? value : { ...(data[outer] as JsonObject | undefined), [inner]: value }
}
