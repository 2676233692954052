import { type Address, addressParser, decodeWords } from 'postal-mime'
import { collectContent, type MailAttachment } from './content.ts'
import { compose } from './decode-text.ts'
import { readParts } from './parts.ts'

/** A mail, as far as anything is made of it. */
export interface Mail {
  readonly fields: MailFields
  readonly subject: string
  readonly from: readonly NamedAddress[]
  /** When it was written, as it says, in milliseconds since the epoch. */
  readonly writtenAt: number | undefined
  /** With the brackets. */
  readonly messageId: string | undefined
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  /** What a person reads, with what it quotes. */
  readonly text: string
  readonly hasHtml: boolean
  readonly attachments: readonly MailAttachment[]
}

export interface NamedAddress {
  readonly name: string
  readonly address: string
}

/** The fields of a head, unfolded, by lower-case name, in their order. */
export type MailFields = readonly { readonly key: string; readonly value: string }[]

/** Rejects for a mail that is nested too deeply, or whose heads are too long. */
export async function readMail(bytes: Uint8Array): Promise<Mail> {
  const { email, root } = await readParts(withUsualLines(bytes))
  const fields = email.headers
  const ms = Date.parse(email.date ?? '')
  return {
    fields,
    subject: compose(decodeWords(email.subject ?? '')).replaceAll(/[ \t]+/g, ' '),
    from: addressesIn(valuesOf(fields, 'from')),
    writtenAt: Number.isNaN(ms) ? undefined : ms,
    messageId: idsIn(valuesOf(fields, 'message-id'))[0],
    inReplyTo: idsIn(valuesOf(fields, 'in-reply-to')),
    references: idsIn(valuesOf(fields, 'references')),
    ...collectContent(root)
  }
}

/** Mailboxes that store mail in files put a line of their own in front; very old systems end lines with CR. */
function withUsualLines(given: Uint8Array): Uint8Array {
  const bytes = given.subarray(0, crLookedAt).includes(lf)
    ? given
    : given.map((byte) => (byte === cr ? lf : byte))
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1000)).toString('latin1')
  const line = /^(?:\r?\n)*(?:>?From [^\r\n]*\r?\n)+/.exec(start)?.[0] ?? ''
  return bytes.subarray(line.length)
}

const [lf, cr, crLookedAt] = [10, 13, 65_536]

export function valuesOf(fields: MailFields, name: string): readonly string[] {
  return fields.filter(({ key }) => key === name).map(({ value }) => value)
}

/** Longest fields that are looked through; a parser of addresses takes time by the square of the length. */
const longestIds = 65_536
const longestAddresses = 8192
const mostFields = 8

/** Message-IDs, with their brackets. */
export function idsIn(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.slice(0, longestIds).match(/<[^<>\s]{1,998}>/g) ?? [])
}

export function addressesIn(values: readonly string[]): readonly NamedAddress[] {
  const looked = values.slice(0, mostFields)
  return looked.flatMap((value) => addressParser(value.slice(0, longestAddresses)).flatMap(flattened))
}

function flattened(one: Address): readonly NamedAddress[] {
  const members = one.group ?? [one]
  return members.map(({ name, address = '' }) => ({ name: compose(decodeWords(name)), address }))
}
