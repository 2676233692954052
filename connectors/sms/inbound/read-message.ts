import { tags } from '../smpp/commands.ts'
import type { Pdu } from '../smpp/pdu.ts'
import { tlvNumber, tlvOctets } from '../smpp/tlv-values.ts'
import { joinedBy, type ReadText, readText } from '../text/read-text.ts'

const withHeader = 0x40

/**
 * The text of a message, which stands in one of two places, and what joins it with other messages: its header, or
 * parameters (SMPP 3.4, 5.3.2.22 to 24). Undefined if its header is longer than the message.
 */
export function readMessage(message: Pdu): ReadText | undefined {
  const { short_message: short, esm_class: kind, data_coding: coding } = message.fields
  const own = Buffer.isBuffer(short) ? short : Buffer.alloc(0)
  const octets = own.length > 0 ? own : (tlvOctets(message, tags.messagePayload) ?? own)
  const read = readText(octets, (Number(kind) & withHeader) !== 0, Number(coding ?? 0))
  if (!read || read.joined) return read
  const of = (tag: number): number => tlvNumber(message, tag) ?? 0
  return {
    ...read,
    ...joinedBy(16, of(tags.joiningReference), of(tags.joiningTotal), of(tags.joiningNumber))
  }
}
