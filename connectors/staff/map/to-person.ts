import { faults } from '../faults.ts'
import { bareText } from './bare-text.ts'
import { type ColumnPlaces, type Field, fields } from './columns.ts'
import type { Person, Post } from './person.ts'
import { readDate } from './read-date.ts'
import { createStatusReader, type Status } from './statuses.ts'

export interface PersonOptions {
  readonly units: Readonly<Record<string, string>>
  readonly statuses: Readonly<Record<string, Status>>
}

/** Reads the fields of one row; `line` is named in faults. */
export type ReadPerson = (values: Readonly<Record<Field, string>>, line: number) => Person

const limits: Readonly<Partial<Record<Field, number>>> = { staffNumber: 50, fullName: 100 }
const usualLimit = 150
const maxPosts = 5
const lists: readonly Field[] = ['secondUnit', 'secondPosition']
const agencyCode = /^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$/
/** Line breaks, control characters, and characters that are not seen or change the direction of text. */
const unusable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\ufffd\u2028\u2029]/u
/** What a spreadsheet makes of a long number. */
const scientific = /^[+-]?\d+(?:[.,]\d+)?E[+-]?\d+$/i

export function createPersonReader({ units, statuses }: PersonOptions): ReadPerson {
  const codes = new Map(Object.entries(units).map(([name, code]) => [bareText(name), code]))
  const statusOf = createStatusReader(statuses)
  const unitOf = (value: string, line: number): string => {
    const code = codes.get(bareText(value)) ?? (agencyCode.test(value) ? value : undefined)
    if (code === undefined) throw faults.unitUnknown({ values: { line, value } })
    return code
  }
  return (given, line) => {
    const values = checked(given, line)
    const staffNumber = numberIn(values.staffNumber, line)
    if (values.fullName === '') throw faults.nameMissing({ values: { line } })
    const status = statusOf(values.status)
    if (status === undefined) throw faults.statusUnknown({ values: { line, value: values.status } })
    return {
      staffNumber,
      fullName: values.fullName,
      unit: unitOf(values.unit, line),
      position: values.position === '' ? null : values.position,
      status,
      secondPosts: secondPosts(values, (unit) => unitOf(unit, line)),
      effectiveDate: dateIn(values.effectiveDate, line),
      mailAddress: values.mailAddress === '' ? undefined : values.mailAddress
    }
  }
}

/** The fields of a row of a table; empty where there is no such column. */
export function valuesOf(cells: readonly string[], places: ColumnPlaces): Readonly<Record<Field, string>> {
  return Object.fromEntries(fields.map(({ field }) => [field, cells[places[field]] ?? ''])) as Record<
    Field,
    string
  >
}

/** Without spaces at the ends; nothing else of a text is changed, also where it begins like a formula. */
function checked(given: Readonly<Record<Field, string>>, line: number): Readonly<Record<Field, string>> {
  const entries = fields.map(({ field }) => {
    const text = given[field].normalize('NFC').trim()
    const limit = limits[field] ?? usualLimit
    const parts = lists.includes(field) ? partsOf(text) : [text]
    const isUsable = parts.every((part) => !unusable.test(part) && part.length <= limit)
    if (!isUsable || parts.length > maxPosts)
      throw faults.textUnusable({ values: { line, column: field, limit } })
    return [field, text]
  })
  return Object.fromEntries(entries) as Record<Field, string>
}

function numberIn(value: string, line: number): string {
  if (value === '') throw faults.numberMissing({ values: { line } })
  if (scientific.test(value)) throw faults.numberLost({ values: { line, value } })
  return value
}

function dateIn(value: string, line: number): string | undefined {
  if (value === '') return undefined
  const read = readDate(value)
  if ('problem' in read) throw faults.dateWrong({ values: { line, value } })
  return read.date
}

function secondPosts(
  { secondUnit, secondPosition }: Readonly<Record<Field, string>>,
  unitOf: (unit: string) => string
): readonly Post[] {
  const positions = partsOf(secondPosition)
  return partsOf(secondUnit).flatMap((unit, at) =>
    unit === '' ? [] : [{ unit: unitOf(unit), position: positions[at] || null }]
  )
}

function partsOf(text: string): readonly string[] {
  return text.split(/[;\n|]/).map((part) => part.trim())
}
