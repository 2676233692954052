import { BusError } from '#protocol/errors/bus-error.ts'
import { neverSent } from '../../connector.ts'
import { reasonOf, statusIn } from '../bounces/reasons.ts'
import { faults } from '../faults.ts'
import { oneLine } from '../one-line.ts'

/** What the library tells of a failure. */
interface SmtpError {
  readonly code?: string
  readonly command?: string
  readonly response?: string
  readonly responseCode?: number
  readonly recipient?: string
  readonly rejectedErrors?: readonly unknown[]
  readonly message?: string
}

/** Why a server does not take mail for a recipient, for good. */
export interface SmtpRejection {
  readonly reply: number
  readonly text: string
}

/**
 * What a server says of a recipient that it will never take mail for; undefined for any other failure. Many servers
 * give all that they reject as the answer to the recipient: a sender that they do not allow, a limit that is reached.
 */
export function isRejection(error: unknown): SmtpRejection | undefined {
  const { command, responseCode = 0, response = '', rejectedErrors = [] } = error as SmtpError
  const [first] = rejectedErrors
  if (first !== undefined) return isRejection(first)
  if (command !== 'RCPT TO' || !isOfRecipient(responseCode, response)) return undefined
  return { reply: responseCode, text: oneLine(response, 500) }
}

const ofOthers =
  /relay|\bsender\b|client host|authenticat|\b[eh][he]lo\b|greylist|reverse dns|\bptr\b|(?:daily|hourly|sending|send).{0,40}(?:limit|quota)|(?:limit|quota).{0,40}(?:\bday|hour|daily|send)/i

function isOfRecipient(reply: number, text: string): boolean {
  if (reply < 500 || ofOthers.test(text)) return false
  const status = statusIn(text)
  if (status !== undefined && !/^5\.[07]\.\d+$/.test(status)) {
    return /^5\.(?:1\.(?:[0-6]|10)|2\.\d+|4\.4)$/.test(status)
  }
  if (![550, 551, 552, 553, 554].includes(reply)) return false
  const says = ['UNKNOWN_ADDRESS', 'MAILBOX_FULL'].includes(reasonOf(undefined, text))
  return says || (status === undefined && /@/.test(text) && reply !== 554)
}

/** `maySent`: the server was given the whole mail, and may have taken it. */
export function toSmtpFault(
  error: unknown,
  { host, user }: { readonly host: string; readonly user: string },
  maySent: boolean
): BusError {
  if (error instanceof BusError) return error
  const { code, command = '', responseCode, response, message = '' } = error as SmtpError
  const problem = withoutAddresses(oneLine(response ?? message, 200))
  if (responseCode !== undefined) {
    const isAuth = code === 'EAUTH' || [530, 534, 535, 538].includes(responseCode)
    if (isAuth && responseCode >= 500) return faults.denied({ cause: error, values: { host, user, problem } })
    const isRefused = responseCode >= 500 && !isAuth && statusIn(problem) !== '5.4.5'
    const fault = isRefused ? faults.mailRefused : faults.serverFailed
    return fault({ cause: error, values: { host, problem, command: command || 'SMTP' } })
  }
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return faults.denied({ cause: error, values: { host, user, problem } })
  const cause = maySent ? error : Object.assign(new TypeError(problem), { code: neverSent })
  return faults.serverUnreachable({ cause, values: { host, problem } })
}

/** Faults are logged: servers repeat the addresses of persons. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s<>"]+@[^\s<>"]+/g, '…')
}
