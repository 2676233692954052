import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { listDifferences, reported, tableDifferences } from '../fixtures/differences.ts'
import { formulaCases, type ListCase, listCases, type TableCase, tableCases } from '../fixtures/vectors.ts'
import { bareText } from '../map/bare-text.ts'
import { readDate } from '../map/read-date.ts'
import { createPersonReader } from '../map/to-person.ts'
import { type CsvSettings, StaffSettings } from '../settings.ts'
import { decodeList } from './decode-list.ts'
import { readList } from './read-list.ts'
import { readTable, type TableRow } from './read-table.ts'

const settings = { csv: { folder: '/lists' } } as unknown as StaffSettings
fillSettings(StaffSettings, settings)
const csv = settings.csv as CsvSettings
const unit = '000.00.91.H03'
const units = Object.fromEntries(
  ['Phòng Nội vụ', 'Phòng Tài chính - Kế hoạch', 'UBND xã Đức Thọ'].map((name) => [name, unit])
)
const readPerson = createPersonReader({ units, statuses: {}, citizenNumbers: false })

async function rowsOf(text: string, delimiter?: string): Promise<readonly TableRow[]> {
  return Array.fromAsync(readTable(text, { delimiter }))
}

async function tableOf({ bytes, file }: ListCase): Promise<readonly (readonly string[])[]> {
  return (await rowsOf(decodeList(bytes, file).text)).map(({ cells }) => cells)
}

/** The faults of a list, and how many of its rows can be used. */
async function faultsOf({ bytes, file }: ListCase): Promise<{
  readonly faults: readonly BusError[]
  readonly good: number
}> {
  try {
    const { rows, bad } = await readList(bytes, file, { settings: csv, readPerson })
    return { faults: bad.map(({ fault }) => fault), good: rows.length }
  } catch (error) {
    assert.ok(error instanceof BusError, String(error))
    return { faults: [error], good: 0 }
  }
}

/** As the encodings are named in the cases. */
const encodingNames: Readonly<Record<string, string>> = {
  'TCVN3 (ABC)': 'tcvn3',
  VISCII: 'viscii',
  'utf-8 holding VNI glyphs': 'vni saved as utf-8'
}

describe('lists as people and programs write them', () => {
  for (const one of listCases) {
    const { file, bytes, expected } = one
    const why = listDifferences[file]
    it(`${one.id} ${file}${why === undefined ? '' : ` (otherwise: ${why})`}`, async () => {
      const { encoding, must_report: mustReport, rows_or_error: orError } = expected
      if (encoding !== undefined) {
        assert.equal(decodeList(bytes, file).encoding, encodingNames[encoding] ?? encoding)
      }
      if (mustReport !== undefined || orError !== undefined) {
        const { faults, good } = await faultsOf(one)
        const found = faults.map(({ fault, values }) => [fault.slice('staff:'.length), values.line])
        assert.deepEqual(
          found,
          reported[file]?.map(([fault, line]) => [fault, line])
        )
        for (const fault of faults) assert.ok(fault.text('vi').length > 20)
        if (expected.good_rows !== undefined) assert.equal(good, expected.good_rows)
        if (expected.bare_columns === undefined) return
      }
      const [header = [], ...rows] = await tableOf(one)
      if (expected.rows) assert.deepEqual([header, ...rows], expected.rows)
      const byHeader = rows.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at]])))
      if (expected.rows_by_header) assert.deepEqual(byHeader, expected.rows_by_header)
      for (const [name, value] of Object.entries(expected.rows_by_header_first ?? {})) {
        assert.equal(byHeader[0]?.[name], value)
      }
      if (expected.bare_columns) assert.deepEqual(header.map(bareText), expected.bare_columns)
      if (expected.dates)
        assert.deepEqual(
          rows.map(([, date = '']) => dateIn(date)),
          expected.dates
        )
      if (expected.must_reject) {
        const read = await readList(bytes, file, { settings: csv, readPerson })
        assert.equal(read.rows.length, 1)
        assert.doesNotMatch(JSON.stringify(read), /1\.08501|912345678|31264/, 'what is damaged is not read')
      }
    })
  }
})

/** In the words of the cases. */
function dateIn(text: string): string | null {
  const read = readDate(text)
  if ('date' in read) return text.startsWith('8/5') ? `ambiguous (day first: ${read.date})` : read.date
  return { 'year-only': 'year only', 'month-only': 'month only' }[read.problem as 'year-only'] ?? null
}

const isBlank = (cell: unknown): boolean => String(cell).trim() === ''

/** What is expected, with a header as the first row, and without rows that have nothing in them. */
function wanted({ config, expected, input }: TableCase, header: readonly string[]): unknown {
  const { data } = expected
  const isTable = data.every((row) => Array.isArray(row))
  const extra = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
  const rows = data.map((row) => (Array.isArray(row) ? row : Object.values(row).flatMap(extra)))
  const withHeader = config?.header === true && (!isTable || data.length === 0) && input !== ''
  return (withHeader ? [header, ...rows] : rows).filter((row) => !row.every(isBlank))
}

describe('tables of PapaParse', () => {
  for (const one of tableCases.filter(({ direction }) => direction === 'read')) {
    const why = tableDifferences[one.id]
    it(`${one.id} ${one.title}${why === undefined ? '' : ` (otherwise: ${why})`}`, async () => {
      const text = decodeList(Buffer.from(one.input), 'list.csv').text
      const found = await rowsOf(text, one.config?.delimiter).catch((error: unknown) => {
        assert.ok(error instanceof BusError)
        assert.ok(Number(error.values.line) > 0, 'names its line')
        return undefined
      })
      const cells = found?.map((row) => row.cells)
      const isSame = JSON.stringify(cells) === JSON.stringify(wanted(one, cells?.[0] ?? []))
      assert.equal(isSame, why === undefined, JSON.stringify(cells))
    })
  }

  it('are not written: the kind writes no CSV', () => {
    assert.equal(tableCases.filter(({ direction }) => direction === 'write').length, 24)
  })
})

describe('cells that look like formulas', () => {
  for (const { id, value } of formulaCases) {
    it(`${id} is read as it is written`, async () => {
      const quoted = `"${value.replaceAll('"', '""')}"`
      const [, row] = await rowsOf(`Mã cán bộ,Họ và tên\r\nCB1,${quoted}\r\n`)
      assert.deepEqual(row?.cells, ['CB1', value])
    })
  }
})
