import { parse } from 'csv-parse/sync'
import { BusError } from '#protocol/errors/bus-error.ts'
import { faults } from '../faults.ts'
import { comparableNumber, type Person, type PersonState } from './person.ts'

/** Everybody who works here, from CSV in UTF-8 with the names of the columns in its first line. */
export function readStaff(bytes: Uint8Array): ReadonlyMap<string, Person> {
  const people = new Map<string, Person>()
  const seen = new Set<string>()
  for (const { row, line } of rowsOf(bytes)) {
    const { staffNumber = '', fullName = '', unit = '' } = row
    if (staffNumber === '' || fullName === '' || unit === '')
      throw unusable(`line ${line} needs staffNumber, fullName and unit`)
    const key = comparableNumber(staffNumber)
    if (seen.has(key)) throw unusable(`line ${line}: the staff number ${staffNumber} stands there twice`)
    seen.add(key)
    const state = row.suspended === undefined ? undefined : stateOf(row.suspended)
    if (state === null) throw unusable(`line ${line}: suspended is true or false`)
    people.set(staffNumber, {
      ...{ staffNumber, fullName: fullName.normalize('NFC'), unit, state, since: '', secondPosts: undefined },
      position: row.position === undefined ? null : row.position || undefined,
      mailAddress: row.mailAddress || undefined
    })
  }
  if (people.size === 0) throw unusable('there is nobody in it')
  return people
}

function stateOf(suspended: string): PersonState | null {
  const word = suspended.toLowerCase()
  if (['true', '1', 'x', 'có', 'yes'].includes(word)) return 'suspended'
  return ['', 'false', '0', 'không', 'no'].includes(word) ? 'active' : null
}

interface Row {
  readonly row: Readonly<Record<string, string>>
  readonly line: number
}

function rowsOf(bytes: Uint8Array): readonly Row[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const rows = parse(text, {
      info: true,
      bom: true,
      columns: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 65_536
    }) as unknown as readonly { readonly record: Row['row']; readonly info: { readonly lines: number } }[]
    return rows.map(({ record, info }) => ({ row: record, line: info.lines }))
  } catch (error) {
    throw error instanceof BusError ? error : unusable(error instanceof Error ? error.message : String(error))
  }
}

function unusable(problem: string) {
  return faults.staffUnusable({ values: { problem } })
}
