import { isDay } from '#protocol/events/instant.ts'

/** All types of events about a dossier. An agency that was given one may send the next. */
export const dossierTypes = [
  'dossier.received.v1',
  'dossier.record-changed.v1',
  'dossier.transferred.v1',
  'dossier.supplement-requested.v1',
  'dossier.status-changed.v1',
  'dossier.completed.v1'
] as const

/** Dossier codes (mã số hồ sơ) of Circular 01/2018/TT-VPCP and of those after it, as a regular expression. */
export const dossierCodePattern =
  '^(?:\\d{3}\\.\\d{2}\\.\\d{2}\\.[A-Z]\\d{2}|[A-Z]\\d{2}(?:\\.[A-Z0-9]+)*)-(?:\\d{6}|\\d{8})-\\d{4,7}$'

/** Whether a text has the form of a dossier code, and its date exists. */
export function isDossierCode(text: string, pattern: string = dossierCodePattern): boolean {
  return text.length <= 150 && new RegExp(pattern).test(text) && isDate(text.split('-')[1] ?? '')
}

/** The second part is a date, `yyMMdd` or `yyyyMMdd`, where it is six or eight digits. */
function isDate(digits: string): boolean {
  if (!/^(?:\d{6}|\d{8})$/.test(digits)) return true
  const [, year, month, day] = /^(\d{2,4})(\d{2})(\d{2})$/.exec(digits.padStart(8, '20')) ?? []
  return isDay(`${year}-${month}-${day}`)
}
