import { decodeWords } from 'postal-mime'
import { compose, decodeText } from '../mail/decode-text.ts'
import type { Mail } from '../mail/read-mail.ts'
import type { Original } from './report.ts'
import { readStatusFields, type StatusFields } from './status-fields.ts'

const originalTypes =
  /^(?:message\/(?:rfc822|global|rfc822-headers|global-headers|partial|news)|text\/rfc822-headers|text\/rfc822)$/

/** What stands above a mail that is repeated in a text. */
const markers =
  /^[ \t>]{0,20}(?:\|?-{2,}|={3,}|_{3,}|\*{3,}|\+{3,})?[ \t]{0,20}(?:below this line is a copy of the message|this is a copy of (?:the|your) message|original message|returned message|unsent message|message header|the header of the original message|undelivered message|header of the original message|start of (?:message|returned)|copy of (?:your|the) message|text of your message|forwarded message|message (?:text )?follows|original mail|thư gốc|nội dung thư)[^\n]*$/im
const firstField =
  /^(?:Return-Path|Received|Delivered-To|X-[\w-]+|DKIM-Signature|Message-I[Dd]|From|Date|Subject|To|MIME-Version)[ \t]*:/i

/** Places where a repeated mail may begin. */
const mostLooked = 200

export interface SplitText {
  /** What the server says. */
  readonly explanation: string
  /** The mail that it repeats; empty if it repeats none. */
  readonly repeated: string
}

/** Tells what a server says from the mail that it repeats below. */
export function splitText(text: string): SplitText {
  const marked = markers.exec(text)
  if (marked) {
    const end = marked.index + marked[0].length
    if (hasFields(text.slice(end)))
      return { explanation: text.slice(0, marked.index), repeated: text.slice(end) }
  }
  const lines = text.split('\n')
  let looked = 0
  const at = lines.findIndex(
    (line, index) =>
      looked < mostLooked &&
      firstField.test(line) &&
      (index === 0 || lines[index - 1]?.trim() === '' || /^[-=_]{3,}/.test(lines[index - 1] ?? '')) &&
      ++looked > 0 &&
      hasFields(lines.slice(index, index + 30).join('\n'))
  )
  if (at < 0) return { explanation: text, repeated: '' }
  return { explanation: lines.slice(0, at).join('\n'), repeated: lines.slice(at).join('\n') }
}

function hasFields(text: string): boolean {
  const names = new Set<string>()
  for (const [, name = ''] of text
    .slice(0, 20_000)
    .matchAll(/^[ \t>]{0,4}(from|to|subject|date|message-id|received|return-path)[ \t]*:/gim))
    names.add(name.toLowerCase())
  return names.size >= 3
}

/** The head of the mail that a report is about: of a part of its own, or repeated in the text. */
export function originalOf(
  { attachments }: Pick<Mail, 'attachments'>,
  repeated: string
): Original | undefined {
  const part = attachments.find(({ mediaType }) => originalTypes.test(mediaType))
  if (part) return fromText(decodeText(part.bytes, undefined).text)
  return repeated === '' ? undefined : fromText(repeated.replaceAll(/^>[ ]?/gm, ''))
}

/** Some servers indent what they repeat, or put lines in front; the group with the most of a head's fields is it. */
export function fromText(text: string): Original | undefined {
  const indent = /^([ \t]+)(?=(?:Received|Return-Path|From|Date|Message-ID|Subject)[ \t]*:)/im.exec(text)?.[1]
  const lines = indent === undefined ? text : text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
  const groups = readStatusFields(lines.slice(0, 100_000))
  const names = ['from', 'subject', 'message-id', 'date', 'to']
  const weight = (fields: StatusFields): number => names.filter((name) => fields.has(name)).length
  const [best] = groups.slice(0, 5).toSorted((one, other) => weight(other) - weight(one))
  if (!best || weight(best) === 0) return undefined
  return toOriginal(best)
}

export function toOriginal(fields: StatusFields): Original {
  const subject = fields.get('subject')
  const id = fields.get('message-id')
  return {
    subject: subject === undefined ? undefined : compose(decodeWords(subject)),
    messageId: id === undefined ? undefined : (/<[^<>\s]+>/.exec(id)?.[0] ?? bracketed(id)),
    to: firstAddress(fields.get('to')),
    from: firstAddress(fields.get('from'))
  }
}

function firstAddress(value = ''): string | undefined {
  return /[^\s<>"',;:()]+@[^\s<>"',;:()]+/.exec(value)?.[0]
}

function bracketed(id: string): string | undefined {
  const bare = id.trim().split(/\s/)[0] ?? ''
  return bare === '' ? undefined : `<${bare}>`
}

/** What some servers say of the mail, without repeating it: `Your message`, and a few of its fields below. */
export function summaryOf(explanation: string): Original | undefined {
  const at = /^[ \t>]*(?:your message|message details|thư của bạn)[^\n]{0,40}$/im.exec(explanation)
  if (!at) return undefined
  const lines = explanation
    .slice(at.index + at[0].length)
    .split('\n')
    .slice(0, 12)
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^[ \t>]+(From|Subject|Message-Id)[ \t]*:(.*)$/i.exec(line) ?? []
    if (name !== '') fields.set(name.toLowerCase(), value.trim())
  }
  return fields.size > 0 ? toOriginal(fields) : undefined
}
