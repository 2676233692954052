import type { TakenMessage } from './taken-message.ts'

export interface ReceiptOptions {
  /** `DELIVRD` and the like. */
  readonly state: string
  readonly error?: string
  /** Whether the state stands in the text, in optional parameters, or in both. Default: both. */
  readonly form?: 'text' | 'tlv' | 'both'
  /** Whether it gives user_message_reference back. */
  readonly reference?: boolean
}

const numbers: Readonly<Record<string, number>> = {
  ...{ ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, DELETED: 4, UNDELIV: 5, ACCEPTD: 6, UNKNOWN: 7, REJECTD: 8 }
}

/** The fields of the deliver_sm that reports on a message. */
export function receiptFields(message: TakenMessage, options: ReceiptOptions, isHex: boolean): object {
  const { state, error = '000', form = 'both', reference = false } = options
  const at = stamp(new Date())
  const text = `id:${message.id} sub:001 dlvrd:001 submit date:${at} done date:${at} stat:${state} err:${error} text:${message.text.slice(0, 20)}`
  const id = isHex ? Number(message.id).toString(16) : message.id
  return {
    ...{ source_addr: message.to, source_addr_ton: 1, source_addr_npi: 1, destination_addr: message.from },
    esm_class: 4,
    short_message: form === 'tlv' ? '' : Buffer.from(text, 'latin1'),
    ...(form !== 'text' && { receipted_message_id: id, message_state: numbers[state] ?? 7 }),
    ...(reference && { user_message_reference: message.reference })
  }
}

/** `YYMMDDhhmm` in Vietnam's time. */
function stamp(date: Date): string {
  const local = new Date(date.getTime() + 7 * 3_600_000).toISOString()
  return local.replaceAll(/\D/g, '').slice(2, 12)
}
