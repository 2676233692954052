import type { ConnectorIo } from '../../connector.ts'
import { dossierTypes, isDossierCode } from '../../shared-formats/dossiers/dossier-code.ts'
import { faults } from '../faults.ts'
import type { OneStopSettings } from '../settings.ts'

/** Checks that a code has the form of one, and that the agency may write about it. Throws the fault. */
export async function checkDossierCode(
  code: string,
  { codePattern, units }: Pick<OneStopSettings, 'codePattern' | 'units'>,
  io: Pick<ConnectorIo, 'agency' | 'given' | 'waiting'>
): Promise<void> {
  if (!isDossierCode(code, codePattern)) throw faults.codeMalformed({ values: { code: code.slice(0, 100) } })
  const [unit = ''] = code.split('-')
  const { agency } = io
  if (unit === agency || units.includes(unit)) return
  if ((await io.given(code, dossierTypes)).length > 0 || (await isWaiting(code, io))) return
  throw faults.codeOfOtherAgency({ values: { code, unit, agency } })
}

/** Whether the dossier waits for the outside, which may have it already and not have said so. */
async function isWaiting(code: string, io: Pick<ConnectorIo, 'waiting'>): Promise<boolean> {
  const waiting = await io.waiting(undefined, maxWaiting)
  return waiting.some(({ event }) => event.subject === code)
}

/** Deliveries that are looked at, oldest first: such a dossier was among the first that were given. */
const maxWaiting = 500
