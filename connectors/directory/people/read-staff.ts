import { parse } from 'csv-parse/sync'
import { BusError } from '#protocol/errors/bus-error.ts'
import { faults } from '../faults.ts'
import type { Person, PersonState } from './person.ts'

/** Everybody who works here, from CSV in UTF-8 with the names of the columns in its first line. */
export function readStaff(bytes: Uint8Array): ReadonlyMap<string, Person> {
  const people = new Map<string, Person>()
  for (const row of rowsOf(bytes)) {
    const { staffNumber = '', fullName = '', unit = '' } = row
    if (staffNumber === '' || fullName === '' || unit === '')
      throw unusable(`line ${people.size + 2} needs staffNumber, fullName and unit`)
    if (people.has(staffNumber)) throw unusable(`the staff number ${staffNumber} stands there twice`)
    const state = row.suspended === undefined ? undefined : stateOf(row.suspended)
    if (state === null) throw unusable(`line ${people.size + 2}: suspended is true or false`)
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

function rowsOf(bytes: Uint8Array): readonly Readonly<Record<string, string>>[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return parse(text, {
      bom: true,
      columns: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 65_536
    })
  } catch (error) {
    throw error instanceof BusError ? error : unusable(error instanceof Error ? error.message : String(error))
  }
}

function unusable(problem: string) {
  return faults.staffUnusable({ values: { problem } })
}
