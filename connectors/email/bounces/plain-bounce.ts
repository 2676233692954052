import { isSameAddress } from '../address.ts'
import { addressesIn, type Mail, valuesOf } from '../mail/read-mail.ts'
import { replyIn } from './dsn.ts'
import { reasonOf, statusIn } from './reasons.ts'
import type { ReportRow } from './report.ts'

const address = String.raw`[^\s<>"'(),;:\[\]\\]{1,64}@[^\s<>"'(),;:\[\]\\]{1,255}`
/** Places where servers name a recipient, the surest first. */
const places: readonly RegExp[] = [
  new RegExp(String.raw`^[ \t>*-]{0,20}<(${address})>[ \t]{0,20}:`, 'gm'),
  new RegExp(String.raw`^[ \t>*-]{0,20}<?(${address})>?[ \t]{0,20}[:.]?[ \t]{0,20}$`, 'gm'),
  new RegExp(String.raw`^[ \t>*-]{0,20}<?(${address})>?[ \t]{0,20}(?:on |\[|\(|\.\.\.|:|-|,|\t)`, 'gm'),
  new RegExp(
    String.raw`(?:^|[^\w])(?:recipients?|rcpt(?: to)?|to|address(?:es)?|người nhận|tới|mailbox)[ \t]{0,20}[:=][ \t]{0,20}<?(${address})`,
    'gim'
  ),
  new RegExp(`<(${address})>`, 'gm'),
  new RegExp(`(${address})`, 'gm')
]
const mostRecipients = 100
const longest = 100_000

/** What a text for people says of each recipient. */
export function readPlainBounce(mail: Mail, explanation: string, isDelay: boolean): readonly ReportRow[] {
  const text = explanation.slice(0, longest)
  const own = addressesIn(
    ['from', 'to', 'return-path', 'reply-to'].flatMap((name) => valuesOf(mail.fields, name))
  )
  const isOwn = (one: string): boolean =>
    own.some((other) => isSameAddress(one, other.address)) ||
    /^(?:mailer-daemon|postmaster|no-?reply)@/i.test(one)
  const named = recipientsOf(mail, text, isOwn)
  const lower = text.toLowerCase()
  const at = named.map((one) => lower.indexOf(one.toLowerCase()))
  const rows = named.map((recipient, index) => {
    const start = at[index] ?? -1
    const next = Math.min(...at.filter((one) => one > start), text.length)
    const chunk = start < 0 || named.length === 1 ? text : text.slice(start, next)
    return toRow(recipient, chunk, isDelay)
  })
  return rows.length > 0 ? rows : [toRow(undefined, text, isDelay)]
}

function recipientsOf(mail: Mail, text: string, isOwn: (one: string) => boolean): readonly string[] {
  const failed = addressesIn(valuesOf(mail.fields, 'x-failed-recipients')).map((one) => one.address)
  if (failed.length > 0) return unique(failed)
  for (const place of places) {
    const found = [...text.matchAll(place)].map(([, one = '']) => one.replace(/[.>]+$/, ''))
    const others = unique(found.filter((one) => !isOwn(one)))
    if (others.length > 0) return others
  }
  return unique(
    addressesIn(valuesOf(mail.fields, 'to')).flatMap(({ address: to }) => verpRecipient(to) ?? [])
  )
}

/** `bounce+id=name=example.vn@here`: the recipient stands in the address that a bounce is sent to. */
function verpRecipient(to: string): string | undefined {
  const [, name, domain] = /(?:[+=-])([^\s@+=]+)=([\w-]+(?:\.[\w-]+)+)@/.exec(to) ?? []
  return name === undefined ? undefined : `${name}@${domain}`
}

function unique(addresses: readonly string[]): readonly string[] {
  const found = new Map<string, string>()
  for (const one of addresses) {
    if (found.size >= mostRecipients) break
    if (!found.has(one.toLowerCase())) found.set(one.toLowerCase(), one)
  }
  return [...found.values()]
}

function toRow(recipient: string | undefined, text: string, isDelay: boolean): ReportRow {
  const status = statusIn(text)
  return {
    recipient,
    action: isDelay ? 'delayed' : 'failed',
    ...{ status, reply: replyIn(text), text: text.trim().slice(0, 2000) },
    reason: reasonOf(status, text)
  }
}
