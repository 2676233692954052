import type { ConnectorIo } from '../../connector.ts'
import type { MailAnswer, MailQuestion } from '../mail/answer.ts'

const program = new URL('../mail/read.worker.ts', import.meta.url)
/** Mails that are read in one go: handing each over takes longer than reading most of them. */
const bytesAtOnce = 262_144

/** What each mail says; undefined for one that takes more time or memory than the host allows. */
export async function readMails(
  mails: readonly Uint8Array[],
  io: Pick<ConnectorIo, 'compute'>
): Promise<readonly (MailAnswer | undefined)[]> {
  const answers: (MailAnswer | undefined)[] = []
  for (const group of groupsOf(mails)) {
    const read = await io.compute<MailQuestion, readonly MailAnswer[]>(program, group)
    if (read) answers.push(...read)
    else if (group.length === 1) answers.push(undefined)
    // One of them takes too long: the others are not to suffer from it.
    else
      for (const one of group)
        answers.push((await io.compute<MailQuestion, readonly MailAnswer[]>(program, [one]))?.[0])
  }
  return answers
}

function groupsOf(mails: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const groups: Uint8Array[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const mail of mails) {
    bytes += mail.length
    if (bytes > bytesAtOnce) {
      groups.push([])
      bytes = mail.length
    }
    groups.at(-1)?.push(mail)
  }
  return groups
}
