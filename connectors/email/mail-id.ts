import { formatAddress, type MailAddress } from './address.ts'
import type { EmailSettings } from './settings.ts'

/** Before the hash in a Message-ID: mail of others hardly ever has it there. */
const prefix = 'lt.'
/** Half of a hash: what stands before an @ has at most 64 letters. */
const tagLetters = 32
export const longestPlusName = 64 - 1 - tagLetters

/** The Message-ID of the mail that an event becomes, always the same. */
export function messageIdOf(hash: string, { domain }: MailAddress): string {
  return `<${prefix}${hash}@${domain}>`
}

/**
 * The hash in a Message-ID that has the form of ours. With any domain: that of `from` may have been another one. Whether
 * there was such a mail, its mark tells.
 */
export function hashIn(messageId: string): string | undefined {
  return /^<?lt\.([0-9a-f]{64})@[^<>\s@]+>?$/i.exec(messageId.trim())?.[1]?.toLowerCase()
}

/** The address that answers and failures come to. */
export function replyAddressOf(
  hash: string,
  { plusAddress }: Pick<EmailSettings, 'plusAddress'>,
  { local, domain }: MailAddress
): string {
  return formatAddress({
    local: plusAddress ? `${local}+${hash.slice(0, tagLetters)}` : local,
    domain
  })
}

/** The mark that tells of a mail that was sent. Its key is as much of the hash as a plus address has. */
export function markKeyOf(hashOrTag: string): string {
  return `mail:${hashOrTag.slice(0, tagLetters)}`
}

const isTag = /^[0-9a-f]{32}$/
/** What an address goes on with. */
const inAddress = /[\w.+=-]/

/** A mail of this instance that another mail names. */
export interface Named {
  /** The hash of the event, or its beginning. */
  readonly hashOrTag: string
  /** Whether it is the whole hash. */
  readonly isWhole: boolean
}

/**
 * The mails of this instance that Message-IDs, and fields with addresses, name: each once, in the order given. Anybody
 * may fill the fields, for which a parser would take long: the address of a mail is searched as it stands.
 */
export function namedIn(
  texts: { readonly ids: readonly string[]; readonly addresses: readonly string[] },
  { local, domain }: MailAddress
): readonly Named[] {
  const found = new Map<string, Named>()
  const ends = domain.toLowerCase()
  for (const id of texts.ids) {
    const hash = hashIn(id)
    if (hash !== undefined) keep(hash, true)
  }
  const begins = `${local.toLowerCase()}+`
  for (const field of texts.addresses) {
    const text = field.toLowerCase()
    for (let at = text.indexOf(begins); at >= 0; at = text.indexOf(begins, at + begins.length)) {
      const start = at + begins.length
      const tag = text.slice(start, start + tagLetters)
      const end = start + tagLetters + 1 + ends.length
      const isWhole = !inAddress.test(text.slice(at - 1, at)) && !inAddress.test(text.slice(end, end + 1))
      if (isWhole && text.startsWith(`@${ends}`, start + tagLetters) && isTag.test(tag)) keep(tag, false)
    }
  }
  return [...found.values()]

  function keep(hashOrTag: string, isWhole: boolean): void {
    const key = markKeyOf(hashOrTag)
    if (!found.get(key)?.isWhole) found.set(key, { hashOrTag, isWhole })
  }
}
