import type { FailureReason } from '../inbound/event-items.ts'

/** What a mail is, as far as it is not written by a person. */
export type ReportKind =
  | 'bounce'
  | 'delay-notice'
  | 'delivery-success'
  /** A complaint about a mail (RFC 5965). */
  | 'feedback'
  | 'auto-reply'
  | 'read-receipt'
  | 'message'

/** What a mail says of one recipient. */
export interface ReportRow {
  readonly recipient: string | undefined
  /** Who the mail was for at last, if a server names another one. */
  readonly finalRecipient?: string | undefined
  /** `relayed`: to a server that reports no more; whether it arrived is not known. */
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | undefined
  /** Enhanced status (RFC 3463). */
  readonly status: string | undefined
  /** Of the server's reply. */
  readonly reply: number | undefined
  /** What a server said. */
  readonly text: string
  readonly reason: FailureReason
}

export interface Original {
  readonly subject: string | undefined
  /** With its brackets. */
  readonly messageId: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
}

export interface Report {
  /** What the sender called the mail when it handed it over (ENVID). */
  readonly envelopeId?: string | undefined
  readonly kind: ReportKind
  readonly rows: readonly ReportRow[]
  readonly original: Original | undefined
}
