import { createHash } from 'node:crypto'
import { instantMs } from '#protocol/events/instant.ts'
import type { NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import type { SmsMessage } from '../map/to-message.ts'
import type { SmsSettings } from '../settings.ts'
import { tags } from '../smpp/commands.ts'
import type { PduToWrite, Tlv } from '../smpp/pdu.ts'
import { dataCodings, joiningHeader } from '../text/segments.ts'

const withHeader = 0x40
const hourSeconds = 3600

export interface SubmitOptions {
  readonly settings: SmsSettings
  /** Hash of the event. */
  readonly hash: string
  readonly notice: NotificationRequestedV1
  readonly now: number
  readonly number: string
  /** Joins the parts of a long message; another for each. */
  readonly joining: number
}

/** The requests that send a message, in their order. */
export function toSubmits(
  message: SmsMessage,
  options: SubmitOptions
): readonly Omit<PduToWrite, 'sequence'>[] {
  const { settings, hash } = options
  const { parts, alphabet } = message
  const common = {
    service_type: settings.serviceType,
    ...{
      source_addr_ton: settings.sourceTon,
      source_addr_npi: settings.sourceNpi,
      source_addr: message.brandName
    },
    ...{ dest_addr_ton: settings.destinationTon, dest_addr_npi: settings.destinationNpi },
    destination_addr: options.number,
    registered_delivery: settings.reports ? 1 : 0,
    data_coding: dataCodings[alphabet],
    validity_period: validityOf(options)
  }
  const reference = (part: number): readonly Tlv[] => (settings.reference ? [referenceTlv(hash, part)] : [])
  const submit = (fields: PduToWrite['fields'], tlvs: readonly Tlv[]): Omit<PduToWrite, 'sequence'> => ({
    ...{ command: 'submit_sm', fields: { ...common, ...fields }, tlvs }
  })
  const [first] = parts
  if (parts.length === 1 && first) return [submit({ short_message: first.octets }, reference(1))]
  if (settings.longMessages === 'payload') {
    const value = Buffer.concat(parts.map(({ octets }) => octets))
    return [submit({}, [{ tag: tags.messagePayload, value }, ...reference(1)])]
  }
  return parts.map(({ octets }, index) => {
    const header = joiningHeader(options.joining, parts.length, index + 1)
    return submit(
      { esm_class: withHeader, short_message: Buffer.concat([header, octets]) },
      reference(index + 1)
    )
  })
}

/** Sixteen bits by which a report tells what it is about when the id of the message never came. */
export function referenceOf(hash: string, part: number): number {
  return createHash('sha256').update(`${hash}:${part}`).digest().readUInt16BE()
}

function referenceTlv(hash: string, part: number): Tlv {
  const value = Buffer.alloc(2)
  value.writeUInt16BE(referenceOf(hash, part))
  return { tag: tags.userMessageReference, value }
}

/** How long the centre tries, as a relative time (SMPP 3.4, 7.1.1.2); empty: as long as it likes. */
function validityOf({ settings, notice, now }: SubmitOptions): string {
  const ownSeconds = settings.validityHours === 0 ? undefined : settings.validityHours * hourSeconds
  const expiresSeconds = notice.expiresAt == null ? undefined : (instantMs(notice.expiresAt) - now) / 1000
  if (ownSeconds === undefined && expiresSeconds === undefined) return ''
  const most = Math.min(ownSeconds ?? Number.POSITIVE_INFINITY, expiresSeconds ?? Number.POSITIVE_INFINITY)
  const seconds = Math.max(60, Math.min(Math.floor(most), 28 * 86_400))
  const units = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60, seconds % 60]
  const digits = units.map((unit) => String(Math.floor(unit)).padStart(2, '0'))
  return `0000${digits.join('')}000R`
}
