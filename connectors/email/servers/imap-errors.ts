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
  // A server that is busy rejects log-ins, too, and says so.
  const isBusy = ['UNAVAILABLE', 'INUSE', 'LIMIT'].includes(more.serverResponseCode ?? '')
  if (authenticationFailed && responseStatus === 'NO' && !isBusy)
    return faults.denied({ cause: error, values: { host, user, problem } })
  if (responseStatus === 'NO' || responseStatus === 'BAD') {
    const command = oneLine((more.executedCommand ?? 'IMAP').split(' ').slice(1, 2).join('') || 'IMAP', 20)
    return faults.serverFailed({ cause: error, values: { host, command, problem } })
  }
  return faults.serverUnreachable({ cause: error, values: { host, problem } })
}
