import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { csvHead, csvRows } from '#gateway/routes/flows/csv.ts'

it('a table survives as CSV, and no cell of it begins as a formula', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 2 })),
      (rows) => {
        const read = parse(csvHead(['one', 'two']) + csvRows(rows), {
          bom: true,
          record_delimiter: '\r\n'
        }) as string[][]
        const written = rows.map((cells) =>
          cells.map((cell) => (/^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell))
        )
        assert.deepEqual(read, [['one', 'two'], ...written])
      }
    )
  )
  // Some spreadsheets take the wide form of a sign for the sign.
  assert.equal(csvRows([['＝1+1'], ['\n=1']]), '\'＝1+1\r\n"\'\n=1"\r\n')
  assert.equal(
    csvHead(['a']) + csvRows([['=1+1'], ['x,"y"'], [3]]),
    '\ufeffa\r\n\'=1+1\r\n"x,""y"""\r\n3\r\n'
  )
})
