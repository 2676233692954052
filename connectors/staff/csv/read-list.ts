import { BusError } from '#protocol/errors/bus-error.ts'
import { atLine, faults } from '../faults.ts'
import { placeColumns } from '../map/columns.ts'
import { lookAlike } from '../map/look-alike.ts'
import type { Person } from '../map/person.ts'
import { type ReadPerson, valuesOf } from '../map/to-person.ts'
import type { CsvSettings } from '../settings.ts'
import { decodeList } from './decode-list.ts'
import { notCsv } from './not-csv.ts'
import { readTable, type TableRow } from './read-table.ts'

export interface ListRow {
  readonly line: number
  readonly person: Person
}

export interface BadRow {
  readonly line: number
  readonly fault: BusError
  /** The staff number as the row has it; empty if it has none. */
  readonly staffNumber: string
}

export interface ReadList {
  readonly rows: readonly ListRow[]
  readonly bad: readonly BadRow[]
  readonly encoding: string
}

/**
 * The people of a list. A row that cannot be used has its reason; where the whole file cannot be used, it rejects
 * with the reason.
 */
export async function readList(
  bytes: Uint8Array,
  file: string,
  { settings, readPerson }: { readonly settings: CsvSettings; readonly readPerson: ReadPerson }
): Promise<ReadList> {
  const { maxBytes: limit, maxRows, delimiter, columns } = settings
  if (bytes.length > limit) throw faults.fileTooLarge({ values: { file, limit } })
  const other = notCsv(bytes, file)
  if (other) throw other
  const { text, encoding } = decodeList(bytes, file, settings.encoding)
  const table = readTable(text, { delimiter, maxRows })
  const { value: header } = await table.next()
  if (!header) throw faults.fileEmpty({ values: { file } })
  const places = placeColumns(header.cells, columns, file)
  const read: (ListRow | BadRow)[] = []
  for await (const row of table) {
    const values = valuesOf(row.cells, places)
    const staffNumber = values.staffNumber.normalize('NFC').trim()
    const { line } = row
    try {
      checkCount(row, header.cells.length)
      read.push({ line, person: readPerson(values) })
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      read.push({ line, fault: atLine(error, line), staffNumber })
    }
  }
  if (read.length === 0) throw faults.fileEmpty({ values: { file } })
  const people = read.filter((one) => 'person' in one)
  const twice = twiceIn(people)
  const isTwice = new Set(twice.map(({ line }) => line))
  return {
    encoding,
    rows: people.filter(({ line }) => !isTwice.has(line)),
    bad: [...read.filter((one) => 'fault' in one), ...twice].sort((a, b) => a.line - b.line)
  }
}

/** Cells that are missing or left over at the end are none if they would be empty. */
function checkCount({ cells }: TableRow, expected: number): void {
  const extra = cells.slice(expected).some((cell) => cell.trim() !== '')
  if (cells.length >= expected && !extra) return
  throw faults.fieldCount({ values: { found: cells.length, expected } })
}

/** Rows of one person: all of them, since nobody can tell which one is right. */
function twiceIn(rows: readonly ListRow[]): readonly BadRow[] {
  const groups = Map.groupBy(rows, ({ person }) => lookAlike(person.staffNumber))
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flatMap((group) =>
      group.map(({ line, person: { staffNumber } }) => {
        const other = group.find((one) => one.line !== line)
        const isSame = other?.person.staffNumber === staffNumber
        const fault = isSame
          ? faults.numberTwice({ values: { value: staffNumber, other: other?.line ?? line } })
          : faults.numberSimilar({ values: { value: staffNumber, other: other?.person.staffNumber ?? '' } })
        return { line, staffNumber, fault: atLine(fault, line) }
      })
    )
}
