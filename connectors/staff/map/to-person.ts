import { faults } from '../faults.ts'
import { bareText } from './bare-text.ts'
import { type ColumnPlaces, type Field, fields } from './columns.ts'
import type { Person, Post } from './person.ts'
import { readDate } from './read-date.ts'
import { createStatusReader, type Status } from './statuses.ts'

export interface PersonOptions {
  readonly units: Readonly<Record<string, string>>
  readonly statuses: Readonly<Record<string, Status>>
  readonly citizenNumbers: boolean
}

/** The fields of one row, as text. */
export type RowValues = Readonly<Record<Field, string>>
/** Reads one row. Its faults do not say where the row is. */
export type ReadPerson = (values: RowValues) => Person

const limits: Readonly<Partial<Record<Field, number>>> = { staffNumber: 50, fullName: 100 }
const usualLimit = 150
const maxPosts = 5
const lists: readonly Field[] = ['secondUnit', 'secondPosition']
const agencyCode = /^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$/
/** Line breaks, control characters, and characters that are not seen or change the direction of text. */
const unusable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\ufffd\u2028\u2029]/u
/** What a spreadsheet makes of a long number. */
const scientific = /^[+-]?\d+(?:[.,]\d+)?E[+-]\d+$/i
/** What is left of letters that an encoding does not have. */
const damaged = /\p{L}\?|\?\p{L}/u
const citizenNumber = /^0\d{11}$/

export function createPersonReader({ units, statuses, citizenNumbers }: PersonOptions): ReadPerson {
  const codeOf = createUnitReader(units)
  const statusOf = createStatusReader(statuses)
  const unitOf = (value: string): string => {
    const code = codeOf(value) ?? (agencyCode.test(value) ? value : undefined)
    if (code === undefined) throw faults.unitUnknown({ values: { value: masked(value) } })
    return code
  }
  return (given) => {
    const values = checked(given)
    const staffNumber = numberIn(values.staffNumber)
    if (citizenNumber.test(staffNumber) && !citizenNumbers) throw faults.numberIsCitizen()
    if (values.fullName === '') throw faults.nameMissing()
    if (damaged.test(values.fullName)) throw faults.nameDamaged()
    const status = statusOf(values.status)
    if (status === undefined) throw faults.statusUnknown({ values: { value: masked(values.status) } })
    return {
      staffNumber,
      fullName: values.fullName,
      unit: unitOf(values.unit),
      position: values.position === '' ? null : values.position,
      status,
      secondPosts: secondPosts(values, unitOf),
      effectiveDate: dateIn(values.effectiveDate),
      mailAddress: values.mailAddress === '' ? undefined : values.mailAddress
    }
  }
}

/** The code of a unit by its name; names that differ only by diacritics or case are told apart if there are such. */
function createUnitReader(units: Readonly<Record<string, string>>): (name: string) => string | undefined {
  const entries = Object.entries(units)
  const exact = new Map(entries.map(([name, code]) => [oneSpaced(name), code]))
  const bare = Map.groupBy(entries, ([name]) => bareText(name))
  return (name) => {
    const codes = new Set(bare.get(bareText(name))?.map(([, code]) => code))
    const [code] = codes
    return exact.get(name) ?? (codes.size === 1 ? code : undefined)
  }
}

/** A cell that slipped into another column may have anything: its digits are not shown. */
function masked(value: string): string {
  return value.replaceAll(/\d/g, '#')
}

/** Spaces at the ends and repeated ones say nothing; line breaks in a text do. */
function oneSpaced(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[ \t\u00a0]+/g, ' ')
    .trim()
}

/** The fields of a row of a table; empty where there is no such column. */
export function valuesOf(cells: readonly string[], places: ColumnPlaces): RowValues {
  return Object.fromEntries(fields.map(({ field }) => [field, cells[places[field]] ?? ''])) as RowValues
}

/** Without spaces at the ends; nothing else of a text is changed, also where it begins like a formula. */
function checked(given: RowValues): RowValues {
  const entries = fields.map(({ field }) => {
    const text = oneSpaced(given[field])
    const limit = limits[field] ?? usualLimit
    const parts = lists.includes(field) ? partsOf(text) : [text]
    const isUsable = parts.every((part) => !unusable.test(part) && part.length <= limit)
    if (!isUsable || parts.length > maxPosts) throw faults.textUnusable({ values: { column: field, limit } })
    return [field, text]
  })
  return Object.fromEntries(entries) as RowValues
}

function numberIn(value: string): string {
  if (value === '') throw faults.numberMissing()
  if (scientific.test(value)) throw faults.numberLost({ values: { value } })
  return value
}

function dateIn(value: string): string | undefined {
  if (value === '') return undefined
  const read = readDate(value)
  if ('problem' in read) throw faults.dateWrong({ values: { value: masked(value) } })
  return read.date
}

function secondPosts(
  { secondUnit, secondPosition }: RowValues,
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
