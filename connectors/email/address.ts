import { domainToASCII } from 'node:url'

/** A mailbox as it is handed to a mail server. */
export interface MailAddress {
  readonly local: string
  /** In ASCII: a domain with other letters is in Punycode. */
  readonly domain: string
}

/** Dot-atoms alone: no quoted text, no comments, no source routes, nothing that a library could read as a list. */
const local = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
const longestText = 320

/**
 * Reads an address; undefined for what is none, or none that every mail server takes: letters other than ASCII are
 * in the domain only, as the servers of few recipients have SMTPUTF8.
 */
export function readAddress(text: string): MailAddress | undefined {
  if (text.length > longestText) return undefined
  const at = text.lastIndexOf('@')
  const name = text.slice(0, at)
  if (at < 1 || name.length > 64 || !local.test(name)) return undefined
  const given = text.slice(at + 1)
  if (/[\s\p{C}%:/?#[\]@\\]/u.test(given)) return undefined
  const domain = domainToASCII(given)
  const labels = domain.split('.')
  const isName = labels.length > 1 && labels.every((one) => label.test(one)) && domain.length <= 253
  return isName && !/^\d+$/.test(labels.at(-1) ?? '') ? { local: name, domain } : undefined
}

export function formatAddress({ local: name, domain }: MailAddress): string {
  return `${name}@${domain}`
}

/** Whether two texts name one mailbox: domains have no case, and few servers tell names apart by it. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
