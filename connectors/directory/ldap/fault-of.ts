import { ResultCodeError } from 'ldapts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { toPeerError } from '../../shared-formats/http/peer-errors.ts'
import { faults } from '../faults.ts'

/** Result codes (RFC 4511) of data that the directory will never take: the person's, not its settings'. */
const refusedCodes = [19, 20, 21]
/** Result codes of a sign-in that is not accepted. */
const credentialCodes = [48, 49]

/** What a failure of the directory means to the host. */
export function faultOf(error: unknown, host: string): unknown {
  const isOurs = error instanceof BusError || error instanceof TypeError || error instanceof DOMException
  if (isOurs) return error // A DOMException says that the instance stops.
  if (!(error instanceof ResultCodeError)) {
    return toPeerError(error, { host, timeoutMs: undefined, allowPrivate: true })
  }
  if (credentialCodes.includes(error.code)) return faults.credentials({ cause: error })
  const values = { status: error.code, problem: problemOf(error) }
  if (refusedCodes.includes(error.code)) return faults.refused({ cause: error, values })
  return faults.failed({ cause: error, values })
}

/** The texts of servers may quote what they were given; the name of the error quotes nothing. */
function problemOf({ name }: ResultCodeError): string {
  return name.replace(/Error$/, '')
}
