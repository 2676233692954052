/** Begins a file, so that spreadsheets read it as UTF-8. */
const byteOrderMark = '\ufeff'
/** A cell that begins so is a formula to spreadsheets. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/

/** The beginning of a table as CSV (RFC 4180). */
export function csvHead(columns: readonly string[]): string {
  return byteOrderMark + csvRows([columns])
}

/** Rows of a table. Cells that a spreadsheet would run are texts. */
export function csvRows(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells) => `${cells.map(toCell).join(',')}\r\n`).join('')
}

function toCell(value: string | number): string {
  const text = typeof value === 'string' && formula.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
