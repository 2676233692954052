import type { ConnectorIo, InboundItem } from '../../connector.ts'
import { readAddress } from '../address.ts'
import { readHead } from '../mail/head.ts'
import { findSent } from '../sent-mail.ts'
import type { EmailSettings } from '../settings.ts'
import { readMails } from './read-mails.ts'
import { toItems } from './to-items.ts'

/** Reads a quarantined mail again. Its day of arrival is not kept: now is taken for it, where it says no other. */
export async function parseMail(
  raw: Uint8Array,
  reference: string,
  { settings, io }: { readonly settings: EmailSettings; readonly io: ConnectorIo }
): Promise<InboundItem | undefined> {
  const own = readAddress(settings.from)
  if (!own) throw new TypeError('checkSettings has not seen the address of the sender')
  const fields = readHead(Buffer.from(raw.buffer, raw.byteOffset, raw.length))
  const find = (hashOrTag: string) => findSent(hashOrTag, { valueOf: () => undefined }, io)
  const given = { reference, fields, bytes: raw, size: raw.length, isCut: false, receivedAt: io.now() }
  const [answer] = await readMails([raw], io)
  const [item] = await toItems(given, answer, {
    ...{ settings, own, io, find, findDoubtful: async () => undefined, maySettle: () => false }
  })
  return item
}
