import type { BusError } from '#protocol/errors/bus-error.ts'
import { faults } from '../faults.ts'

const spreadsheets = [
  { what: 'zip, xlsx', starts: [0x50, 0x4b, 0x03, 0x04] },
  { what: 'xls', starts: [0xd0, 0xcf, 0x11, 0xe0] }
]
const others = [
  { what: 'PDF', form: /^%PDF-/ },
  { what: 'HTML', form: /^<(?:!doctype html|html|head|body|table|meta|script|div|!--)/i },
  { what: 'XML', form: /^<(?:\?xml|[a-z][\w:-]*[\s>])/i },
  { what: 'RTF', form: /^\{\\rtf/ },
  { what: 'JSON', form: /^(?:\{\s*"|\[\s*[[{"])/ },
  { what: 'gzip', form: /^\u001f\u008b/ }
]

/** What a file is that only has the name of a list; undefined if it may be one. */
export function notCsv(bytes: Uint8Array, file: string): BusError | undefined {
  const sheet = spreadsheets.find(({ starts }) => starts.every((byte, at) => bytes[at] === byte))
  if (sheet) return faults.isSpreadsheet({ values: { file, what: sheet.what } })
  const head = Buffer.from(bytes.subarray(0, 1024))
    .toString('latin1')
    .replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '')
    .replaceAll('\0', '')
    .trimStart()
  const other = others.find(({ form }) => form.test(head))
  return other && faults.notCsv({ values: { file, what: other.what } })
}
