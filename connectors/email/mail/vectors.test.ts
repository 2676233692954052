import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { headerDifferences, mailDifferences } from '../fixtures/mail-differences.ts'
import { type HeaderCase, headerCases, type MailCase, mailCases } from '../fixtures/vectors.ts'
import { namesSeveral, showsOtherAddress } from './address-checks.ts'
import type { MailAttachment } from './content.ts'
import { type Part, readParts } from './parts.ts'
import { type Mail, readMail } from './read-mail.ts'
import { replyText } from './reply-text.ts'

/** What is read otherwise, by name. */
function differences({ file, kind, expected }: MailCase, mail: Mail, root: Part): readonly string[] {
  const found: string[] = []
  const check = (name: string, isSame: boolean): void => {
    if (!isSame) found.push(`${file} ${name}`)
  }
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
  const { subject, from, date_utc, has_html, text_start, text_contains, tree } = expected
  if (subject !== undefined) check('subject', (subject ?? '') === mail.subject)
  if (from)
    check(
      'from',
      same(
        from,
        mail.from.map(({ name, address }) => [name, address])
      )
    )
  if (date_utc !== undefined) check('date', same(date_utc && Date.parse(date_utc), mail.writtenAt ?? null))
  if (has_html !== undefined) check('html', has_html === mail.hasHtml)
  if (typeof text_start === 'string') check('text', inOneLine(mail.text).startsWith(inOneLine(text_start)))
  if (text_contains !== undefined) check('text', mail.text.includes(text_contains))
  if (tree) check('tree', same(withoutForwarded(tree), treeOf(root)))
  for (const list of [expected.attachments, expected.attachments_outer]) {
    const outer = kind === 'winmail-tnef' ? mail.attachments.slice(0, 1) : mail.attachments
    if (list) check('attachments', isAlike(list, outer))
  }
  if (expected.attachments_inside)
    check('inside', isAlike(expected.attachments_inside, mail.attachments.slice(1)))
  if (expected.attachment_sha256)
    check(
      'digests',
      same(expected.attachment_sha256, mail.attachments.map(({ bytes }) => digest(bytes)).toSorted())
    )
  // What is guessed is kept as it came.
  if (expected.keep_raw_bytes) check('bytes', mail.attachments.length === 1)
  if (expected.reply_text !== undefined) check('reply', expected.reply_text === replyText(mail.text).reply)
  if (expected.in_reply_to !== undefined)
    check('in reply to', same([`<${expected.in_reply_to}>`], mail.inReplyTo))
  if (expected.references)
    check(
      'references',
      same(
        expected.references.map((id) => `<${id}>`),
        mail.references
      )
    )
  return found
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function isAlike(
  list: NonNullable<MailCase['expected']['attachments']>,
  found: readonly MailAttachment[]
): boolean {
  const matches = list.map(({ filename, type, size, sha256 }, index) => {
    const { name, mediaType, bytes = new Uint8Array() } = found[index] ?? {}
    return (
      (filename ?? undefined) === name &&
      (type === undefined || type === mediaType) &&
      (size === undefined || size === bytes.length) &&
      (sha256 === undefined || sha256 === digest(bytes))
    )
  })
  return list.length === found.length && matches.every(Boolean)
}

/** What is forwarded is a file here: its parts are looked at by those who open it. */
function withoutForwarded(tree: readonly string[]): readonly string[] {
  let below = Number.POSITIVE_INFINITY
  return tree.filter((line) => {
    const depth = line.search(/\S/)
    if (depth > below) return false
    below = /^\s*message\//.test(line) ? depth : Number.POSITIVE_INFINITY
    return true
  })
}

function treeOf({ mediaType, children }: Part, depth = 0): readonly string[] {
  return [`${'  '.repeat(depth)}${mediaType}`, ...children.flatMap((one) => treeOf(one, depth + 1))]
}

describe('email: mails of others', () => {
  it('reads every case of the test suites as they do, or otherwise as the table says', async () => {
    const found: string[] = []
    for (const one of mailCases) {
      const { inner_attachments: inner } = one.expected
      const mail = await readMail(one.bytes)
      found.push(...differences(one, mail, (await readParts(one.bytes)).root))
      if (!inner) continue
      const { attachments } = await readMail(mail.attachments[0]?.bytes ?? new Uint8Array())
      assert.deepEqual(
        attachments.map(({ name }) => name),
        inner
      )
    }
    assert.deepEqual([...new Set(found)].toSorted(), Object.keys(mailDifferences).toSorted())
    assert.equal(mailCases.length, 128)
  })
})

/** The values of a case, by the names of the test suites. */
async function valuesIn({ raw, raw_base64, note }: HeaderCase): Promise<Readonly<Record<string, unknown>>> {
  const isLatin = note?.includes('8-bit') ?? false
  const bytes = Buffer.from(
    raw ?? raw_base64 ?? '',
    raw === undefined ? 'base64' : isLatin ? 'latin1' : 'utf8'
  )
  const [mail, { email, root }] = [await readMail(bytes), await readParts(bytes)]
  const to = email.to?.[0]
  const [file, second] = mail.attachments
  const name = (one: MailAttachment | undefined) => one?.name ?? null
  return {
    ...{ subject: mail.subject, text: mail.text, html: mail.text, must_not_crash: true },
    ...{
      filename: root.fileName,
      name: root.params.name,
      boundary: root.params.boundary,
      charset: root.params.charset
    },
    ...{ references: mail.references, in_reply_to: mail.inReplyTo.join(' ') },
    ...{ 'from.name': mail.from[0]?.name, 'from.address': mail.from[0]?.address },
    ...{ 'to.name': to?.name, 'to.address': to?.address },
    ...{ 'attachments[0].filename': name(file), 'attachments[1].filename': name(second) },
    ...{ 'attachments[0].filename_empty': name(file) === null, 'attachments[0].content_id': file?.contentId },
    flag: namesSeveral(mail)
      ? 'two From fields'
      : showsOtherAddress(mail)
        ? 'display name shows another address'
        : ''
  }
}

describe('email: fields of others', () => {
  it('reads every case of the test suites as they do, or otherwise as the table says', async () => {
    const found: string[] = []
    for (const one of headerCases) {
      if (one.kind === 'smtp-out-injection') continue // Of what is sent: see `outbound/`.
      const values = await valuesIn(one)
      for (const [name, expected] of Object.entries(one.expected)) {
        if (name === 'raw_is') continue // It says how the case is written.
        const value =
          Array.isArray(values[name]) && !Array.isArray(expected) ? values[name].join(' ') : values[name]
        if (JSON.stringify(expected) !== JSON.stringify(value))
          found.push(`${name}: ${inOneLine(one.raw ?? '').slice(0, 64)}`)
      }
    }
    assert.deepEqual(found.toSorted(), Object.keys(headerDifferences).toSorted())
    assert.equal(headerCases.length, 82)
  })
})
