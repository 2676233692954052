import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type CsvError, parse } from 'csv-parse'
import { faults } from '../faults.ts'
import { separatorLine, separatorOf } from './separator.ts'

/** A row with something in it. */
export interface TableRow {
  /** Where it begins in the file, counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

export interface TableOptions {
  readonly delimiter?: string | undefined
  readonly maxRows?: number
}

export const maxCellLength = 1000
const maxRowLength = 1_048_576
const maxColumns = 500
const chunkLength = 65_536
/** The parser gives way to nothing else by itself. */
const rowsAtOnce = 200

/**
 * The rows of a CSV text, the header first, each cell as it is written. Other work of the process goes on meanwhile.
 * Rejects with the line where the text is no CSV, at the first such place. Rows may differ in their number of cells.
 */
export async function* readTable(text: string, options: TableOptions = {}): AsyncGenerator<TableRow> {
  checkNul(text)
  const stated = separatorLine(text)
  const body = text.slice(stated?.length ?? 0).replace(/\u001a\s*$/, '') // The mark of DOS for the end.
  const skipped = stated ? 1 : 0
  const delimiter = options.delimiter ?? stated?.separator ?? separatorOf(body)
  let end = skipped
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: maxRowLength,
    on_record(record: string[], { lines }) {
      end = lines + skipped
      return record
    },
    raw: true
  })
  const source = Readable.from(chunksOf(body))
  source.pipe(parser)
  let rows = 0
  try {
    for await (const { record: read, raw, info } of parser as AsyncIterable<{
      readonly record: readonly string[]
      readonly raw: string
      readonly info: { readonly lines: number }
    }>) {
      const line = info.lines + skipped - lineEndsIn(read)
      checkColumns(read, line) // First: what follows looks at each cell.
      const record = withoutQuotes(read, raw, line)
      checkCells(record, line)
      if (record.every((cell) => cell.trim() === '')) continue
      rows += 1
      if (rows % rowsAtOnce === 0) await nextTurn()
      const limit = options.maxRows
      if (limit !== undefined && rows > limit + 1) throw faults.tooManyRows({ values: { line, limit } })
      yield { line, cells: record }
    }
  } catch (error) {
    throw faultOf(error, body, end - skipped, skipped)
  } finally {
    source.destroy()
    parser.destroy()
  }
}

/** Fields in quotes with something behind them: spaces count for nothing, anything else is a fault. */
function withoutQuotes(record: readonly string[], raw: string, line: number): readonly string[] {
  if (!record.some((cell) => cell.startsWith('"'))) return record
  return record.map((cell, at) => {
    if (!cell.startsWith('"') || raw.includes(`"${cell.replaceAll('"', '""')}"`)) return cell
    const [, quoted] = /^"((?:[^"]|"")*)"[ \t]+$/.exec(cell) ?? []
    if (quoted === undefined) throw faults.quoteMisplaced({ values: { line, column: at + 1 } })
    return quoted.replaceAll('""', '"')
  })
}

function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += chunkLength) yield text.slice(at, at + chunkLength)
}

function checkNul(text: string): void {
  const at = text.indexOf('\0')
  if (at !== -1) throw faults.nulCharacter({ values: { line: 1 + lineEndsIn([text.slice(0, at)]) } })
}

function checkColumns({ length: found }: readonly string[], line: number): void {
  if (found > maxColumns) throw faults.tooManyColumns({ values: { line, found, limit: maxColumns } })
}

function checkCells(record: readonly string[], line: number): void {
  const long = record.findIndex((cell) => cell.length > maxCellLength)
  if (long === -1) return
  throw faults.fieldTooLong({ values: { line, column: long + 1, limit: maxCellLength } })
}

function lineEndsIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
}

/** `end`: the last line of the last row that was read. */
function faultOf(error: unknown, body: string, end: number, skipped: number): unknown {
  const { code } = error as Partial<CsvError>
  const begins = (): number => firstLineAfter(body, end) + skipped
  if (code === 'CSV_QUOTE_NOT_CLOSED') return faults.quoteNotClosed({ values: { line: begins() } })
  if (code !== 'CSV_MAX_RECORD_SIZE') return error
  return faults.rowTooLong({ values: { line: begins(), limit: maxRowLength } })
}

/** The first line after this one with something in it. */
function firstLineAfter(body: string, end: number): number {
  let line = 0
  for (const text of body.split(/\r\n|\n|\r/)) {
    line += 1
    if (line > end && text !== '') return line
  }
  return line
}
