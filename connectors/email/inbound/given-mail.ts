import type { MailFields } from '../mail/read-mail.ts'

/** A mail as it came from the folder. */
export interface GivenMail {
  readonly reference: string
  readonly fields: MailFields
  readonly bytes: Uint8Array
  /** Of the whole mail, as the server says. */
  readonly size: number
  /** Whether `bytes` are its beginning alone. */
  readonly isCut: boolean
  readonly receivedAt: number
}
