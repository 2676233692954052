import { type Command, commandNamed, commandOf, type Field } from './commands.ts'

export interface Tlv {
  readonly tag: number
  readonly value: Buffer
}

export type FieldValue = string | number | Buffer | readonly object[]

export interface Pdu {
  /** Octets of the whole. */
  readonly size: number
  readonly command: string
  readonly commandId: number
  readonly status: number
  readonly sequence: number
  /** By their names in SMPP 3.4; those of a body that is left out are missing. */
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly tlvs: readonly Tlv[]
  /** Octets that are no whole parameter. */
  readonly trailing?: Buffer
  /** What makes the body unusable, in English. */
  readonly problem?: string
}

export const headerOctets = 16

/** Reads one whole PDU. Never throws: `problem` says what is wrong with its body. */
export function readPdu(octets: Buffer): Pdu {
  const command = commandOf(octets.readUInt32BE(4))
  const reader = new BodyReader(octets)
  const fields: Record<string, FieldValue> = {}
  let problem: string | undefined
  // The body of an answer may be left out, above all of one that says what went wrong.
  for (const field of reader.isAtEnd() ? [] : command.fields) {
    const value = readField(reader, field)
    problem = reader.problem
    if (problem !== undefined) break
    fields[field.name] = value
  }
  const { tlvs, trailing } = problem === undefined ? readTlvs(reader) : { tlvs: [] }
  const isMissing = octets.length === headerOctets && needsBody(command)
  const found = isMissing ? 'the body is missing' : problem
  return {
    size: octets.length,
    command: command.name,
    commandId: command.id,
    status: octets.readUInt32BE(8),
    sequence: octets.readUInt32BE(12),
    fields,
    tlvs,
    ...(trailing && { trailing }),
    ...(found !== undefined && { problem: found })
  }
}

const needsBody = ({ fields, name }: Command): boolean => fields.length > 0 && !name.endsWith('_resp')

export interface PduToWrite {
  readonly command: string
  readonly sequence: number
  readonly status?: number
  readonly fields?: Readonly<Record<string, string | number | Buffer>>
  readonly tlvs?: readonly Tlv[]
}

/** Octets of a PDU. Fields that are not given are empty, or 0; an answer with an error has no body. */
export function writePdu({
  command: name,
  sequence,
  status = 0,
  fields = {},
  tlvs = []
}: PduToWrite): Buffer {
  const { id, fields: all } = commandNamed(name)
  const body = status === 0 ? all.map(({ name, form }) => fieldOctets(form, fields[name])) : []
  const options = tlvs.map(({ tag, value }) => {
    const head = Buffer.alloc(4)
    head.writeUInt16BE(tag)
    head.writeUInt16BE(value.length, 2)
    return Buffer.concat([head, value])
  })
  const header = Buffer.alloc(headerOctets)
  const octets = Buffer.concat([header, ...body, ...options])
  ;[octets.length, id, status, sequence].forEach((value, at) => void octets.writeUInt32BE(value, at * 4))
  return octets
}

function fieldOctets(form: Field['form'], value: string | number | Buffer | undefined): Buffer {
  switch (form) {
    case 'octet':
      return Buffer.from([Number(value ?? 0)])
    case 'text':
      return Buffer.from(`${value ?? ''}\0`, 'latin1')
    case 'message': {
      const message = Buffer.isBuffer(value) ? value : Buffer.alloc(0)
      return Buffer.concat([Buffer.from([message.length]), message])
    }
    default:
      throw new TypeError(`no PDU with ${form} is written`)
  }
}

/** Reads on from field to field; once something is wrong, it gives nothing more. */
class BodyReader {
  readonly #octets: Buffer
  #at = headerOctets
  problem: string | undefined

  constructor(octets: Buffer) {
    this.#octets = octets
  }

  isAtEnd(): boolean {
    return this.#at >= this.#octets.length
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#octets.length) this.problem ??= 'the body ends too early'
    const taken = this.#octets.subarray(this.#at, this.#at + length)
    this.#at += taken.length
    return taken
  }

  octet(): number {
    return this.take(1)[0] ?? 0
  }

  number4(): number {
    const four = this.take(4)
    return four.length === 4 ? four.readUInt32BE() : 0
  }

  text({ name, most }: Pick<Field, 'name' | 'most'>): string {
    const end = this.#octets.indexOf(0, this.#at)
    if (end < 0) this.problem ??= `${name} has no end`
    if (most !== undefined && end - this.#at > most) this.problem ??= `${name} is longer than ${most}`
    const taken = this.take(end < 0 ? 0 : end - this.#at).toString('latin1')
    this.#at += 1
    return taken
  }

  rest(): Buffer {
    return this.#octets.subarray(this.#at)
  }
}

function readField(reader: BodyReader, field: Field): FieldValue {
  switch (field.form) {
    case 'octet':
      return reader.octet()
    case 'number4':
      return reader.number4()
    case 'text':
      return reader.text(field)
    case 'message':
      return reader.take(reader.octet())
    case 'destinations':
      return readList(reader, () => {
        if (reader.octet() !== 1) return { distribution_list: reader.text({ name: 'dl_name' }) }
        return {
          ton: reader.octet(),
          npi: reader.octet(),
          addr: reader.text({ name: 'destination_addr', most: 20 })
        }
      })
    case 'failures':
      return readList(reader, () => ({
        ...{
          ton: reader.octet(),
          npi: reader.octet(),
          addr: reader.text({ name: 'destination_addr', most: 20 })
        },
        status: reader.number4()
      }))
  }
}

function readList(reader: BodyReader, readOne: () => object): readonly object[] {
  const list: object[] = []
  for (let left = reader.octet(); left > 0 && reader.problem === undefined; left -= 1) list.push(readOne())
  return list
}

function readTlvs(reader: BodyReader): { readonly tlvs: readonly Tlv[]; readonly trailing?: Buffer } {
  const tlvs: Tlv[] = []
  let rest = reader.rest()
  while (rest.length >= 4) {
    const end = 4 + rest.readUInt16BE(2)
    if (end > rest.length) break
    tlvs.push({ tag: rest.readUInt16BE(), value: rest.subarray(4, end) })
    rest = rest.subarray(end)
  }
  return rest.length === 0 ? { tlvs } : { tlvs, trailing: rest }
}
