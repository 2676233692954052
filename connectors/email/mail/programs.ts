import { type MailFields, valuesOf } from './read-mail.ts'

const daemon =
  /mailer-?daemon|post_?master|mail delivery|mail-?delivery|mdaemon|double-bounce|mail administrator|delivery (?:sub)?system|quản trị thư/i

/** Whether the sender is a mail server, by its name. */
export function isFromDaemon(fields: MailFields): boolean {
  return valuesOf(fields, 'x-failed-recipients').length > 0 || daemon.test(valuesOf(fields, 'from').join(' '))
}

/** Whether a mail server may be the sender: programs that answer for persons have no return path either. */
export function isFromServer(fields: MailFields): boolean {
  return first(fields, 'return-path') === '<>' || isFromDaemon(fields)
}

/** Whether a mail may report something of one that it does not name in its head. */
export function mayReport(fields: MailFields): boolean {
  return isFromServer(fields) || first(fields, 'content-type').startsWith('multipart/report')
}

/** A field in lower case; empty if there is none. */
export function first(fields: MailFields, name: string): string {
  return valuesOf(fields, name)[0]?.trim().toLowerCase() ?? ''
}
