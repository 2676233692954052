import { isDay } from '#protocol/events/instant.ts'
import type { ConnectorIo } from '../../connector.ts'
import { faults } from '../faults.ts'
import type { OneStopSettings } from '../settings.ts'

/** Types of which an agency that was given one may send the next. */
export const dossierTypes = [
  'dossier.received.v1',
  'dossier.record-changed.v1',
  'dossier.transferred.v1',
  'dossier.supplement-requested.v1',
  'dossier.status-changed.v1',
  'dossier.completed.v1'
] as const

/** Checks that a code has the form of one, and that the agency may write about it. Throws the fault. */
export async function checkDossierCode(
  code: string,
  { codePattern, units }: Pick<OneStopSettings, 'codePattern' | 'units'>,
  io: Pick<ConnectorIo, 'agency' | 'given' | 'waiting'>
): Promise<void> {
  const [unit = ''] = code.split('-')
  if (!isDossierCode(code, { codePattern })) {
    throw faults.codeMalformed({ values: { code: code.slice(0, 100) } })
  }
  const { agency } = io
  if (unit === agency || units.includes(unit)) return
  if ((await io.given(code, dossierTypes)).length > 0 || (await isWaiting(code, io))) return
  throw faults.codeOfOtherAgency({ values: { code, unit, agency } })
}

/** Whether a code has the form of one. */
export function isDossierCode(code: string, { codePattern }: Pick<OneStopSettings, 'codePattern'>): boolean {
  const [, day = ''] = code.split('-')
  return code.length <= maxCodeLength && new RegExp(codePattern).test(code) && isDate(day)
}

const maxCodeLength = 150

/** Whether the dossier waits for the outside, which may have it already and not have said so. */
async function isWaiting(code: string, io: Pick<ConnectorIo, 'waiting'>): Promise<boolean> {
  const waiting = await io.waiting(undefined, maxWaiting)
  return waiting.some(({ event }) => event.subject === code)
}

/** Deliveries that are looked at, oldest first: such a dossier was among the first that were given. */
const maxWaiting = 500

/** The second part is a date, `yyMMdd` or `yyyyMMdd`, where it is six or eight digits. */
function isDate(digits: string): boolean {
  if (!/^(?:\d{6}|\d{8})$/.test(digits)) return true
  const [, year, month, day] = /^(\d{2,4})(\d{2})(\d{2})$/.exec(digits.padStart(8, '20')) ?? []
  return isDay(`${year}-${month}-${day}`)
}
