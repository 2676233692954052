/** Begins a file, so that spreadsheets read it as UTF-8. */
const byteOrderMark = '\ufeff'
/** A cell that begins so is a formula to spreadsheets. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/

/** A table as CSV (RFC 4180). Cells that a spreadsheet would run are texts. */
export function toCsv(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [columns, ...rows].map((cells) => `${cells.map(toCell).join(',')}\r\n`)
  return byteOrderMark + lines.join('')
}

function toCell(value: string | number): string {
  const text = typeof value === 'string' && formula.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
