import type { ConnectorIo } from '../../connector.ts'
import { dossierTypes, isDossierCode } from '../../shared-formats/dossiers/dossier-code.ts'
import { faults } from '../faults.ts'
import type { OneStopSettings } from '../settings.ts'
import type { WaitingEvents } from './waiting-events.ts'

/** Checks that a code has the form of one, and that the agency may write about it. Throws the fault. */
export async function checkDossierCode(
  code: string,
  { codePattern, units }: Pick<OneStopSettings, 'codePattern' | 'units'>,
  { io, waiting }: { readonly io: Pick<ConnectorIo, 'agency' | 'given'>; readonly waiting: WaitingEvents }
): Promise<void> {
  if (!isDossierCode(code, codePattern)) throw faults.codeMalformed({ values: { code: code.slice(0, 100) } })
  const [unit = ''] = code.split('-')
  const { agency } = io
  if (unit === agency || units.includes(unit)) return
  if ((await io.given(code, dossierTypes)).length > 0 || (await waiting(code)).length > 0) return
  throw faults.codeOfOtherAgency({ values: { code, unit, agency } })
}
