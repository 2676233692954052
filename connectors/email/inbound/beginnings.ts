import { endOfHead } from '../mail/head.ts'
import type { Beginning, Mailbox } from '../servers/imap.ts'

/** Mails that one poll looks at, and those of one question to the server. */
const mailsAtOnce = 500
const mailsPerFetch = 50
/** Numbers that are looked through at once; ever more where none of them is left. */
const numbersAtOnce = 1000
/** Longest head that is read. */
const maxHeadBytes = 65_536

/** The numbers of mails that are looked at next. */
export async function numbersFrom(
  first: number,
  nextUid: number,
  mailbox: Mailbox,
  signal: AbortSignal
): Promise<readonly number[]> {
  let width = numbersAtOnce
  for (let from = first; from < nextUid; from += width, width *= 100) {
    const found = await mailbox.numbers(from, Math.min(from + width, nextUid) - 1, signal)
    if (found.length > 0) return found.slice(0, mailsAtOnce)
  }
  return []
}

/** The beginnings of mails in groups, with their whole heads: the next group is asked for while one is read. */
export async function* beginningsOf(
  uids: readonly number[],
  mailbox: Mailbox,
  signal: AbortSignal
): AsyncGenerator<readonly Beginning[], void> {
  const ask = (at: number): Promise<readonly Beginning[]> | undefined => {
    if (at >= uids.length) return undefined
    const asked = mailbox.beginnings(uids.slice(at, at + mailsPerFetch), signal)
    asked.catch(() => {}) // Nobody may wait for it any more.
    return asked
  }
  let asked = ask(0)
  for (let at = mailsPerFetch; asked; at += mailsPerFetch) {
    const beginnings = await asked
    asked = ask(at)
    const long = beginnings.filter(({ bytes, isWhole }) => !isWhole && endOfHead(bytes) < 0)
    const heads = await mailbox.sources(numbersOf(long), maxHeadBytes, signal)
    yield beginnings.map((one) => ({ ...one, bytes: heads.get(one.uid) ?? one.bytes }))
  }
}

export function numbersOf(mails: readonly Beginning[]): readonly number[] {
  return mails.map(({ uid }) => uid)
}
