import { BusError } from '#protocol/errors/bus-error.ts'
import { faults } from '../faults.ts'
import { oneLine } from '../one-line.ts'
import type { ImapSettings } from '../settings.ts'

interface ImapError {
  readonly message?: string
  readonly authenticationFailed?: boolean
  readonly serverResponseCode?: string
  readonly responseStatus?: string
  readonly responseText?: string
  readonly executedCommand?: string
}

export function toImapFault(
  error: unknown,
  { host, user = '' }: Pick<ImapSettings, 'host' | 'user'>
): BusError {
  if (error instanceof BusError) return error
  const { message = '', authenticationFailed, responseStatus, responseText, ...more } = error as ImapError
  const problem = oneLine(responseText ?? message, 200)
  const cause = new TypeError(problem)
  if (authenticationFailed && responseStatus === 'NO' && isOfCredentials(more.serverResponseCode, problem))
    return faults.denied({ cause, values: { host, user, problem } })
  if (responseStatus === 'NO' || responseStatus === 'BAD') {
    const command = oneLine((more.executedCommand ?? 'IMAP').split(' ').slice(1, 2).join('') || 'IMAP', 20)
    return faults.serverFailed({ cause, values: { host, command, problem } })
  }
  return faults.serverUnreachable({ cause, values: { host, problem } })
}

/** A server that is busy rejects log-ins, too; few servers give the code that says so. */
function isOfCredentials(code: string | undefined, problem: string): boolean {
  if (code !== undefined && /^(?:AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED)$/i.test(code)) return true
  const isOther = code !== undefined && !/^ALERT$/i.test(code)
  return !isOther && !/connection|too many|limit|unavailable|try again|temporar|busy|overload/i.test(problem)
}
