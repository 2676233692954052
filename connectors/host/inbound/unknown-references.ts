import type { Attachments } from '#bus/attachments/attachments.ts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import type { ConnectorIo, Polled } from '../../connector.ts'
import type { HostParts } from '../host-parts.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { storeAttachment } from '../store-attachment.ts'
import { newAmong, pollStateOf, pollTimeoutMs } from './poll-outside.ts'

/** What the outside gives and the instance has not stored. */
export interface UnknownReferences {
  /** In the order of the outside. */
  readonly references: readonly string[]
  /** There are more than are listed. */
  readonly isMore: boolean
}

const maxReferences = 1000

/**
 * Polls from the stored cursor and stores nothing. For an instance that is paused: after a restore it shows what came
 * in since the backup, and will come in again. Rejects if the outside fails.
 */
export async function findUnknownReferences(
  instance: HostedInstance,
  { store, attachments }: Pick<HostParts, 'store' | 'attachments'>,
  stop: AbortSignal
): Promise<UnknownReferences | undefined> {
  const { definition, outside, io } = instance
  const { inbound } = definition
  if (!inbound) return undefined
  const stored = await pollStateOf(store, instance)
  const found = new Set<string>()
  const seen = new Set<string>()
  await outside.use((session) =>
    withTimeout(stop, pollTimeoutMs, async (signal) => {
      const lent = readOnly(io(signal), seen, attachments)
      let { cursor } = stored
      for (let isMore = true; isMore && found.size <= maxReferences; ) {
        signal.throwIfAborted()
        const polled: Polled = await inbound.poll(session, cursor, lent)
        const isNew = polled.cursor !== cursor || polled.items.some(({ reference }) => !seen.has(reference))
        for (const { reference } of polled.items) seen.add(reference)
        for (const { reference } of await newAmong(store, instance, polled.items)) found.add(reference)
        cursor = polled.cursor
        isMore = polled.more === true && isNew
      }
    })
  )
  return { references: [...found].slice(0, maxReferences), isMore: found.size > maxReferences }
}

/** The same as what is lent for a poll, but nothing is stored. What was seen counts as stored: the next page follows it. */
function readOnly(
  lent: ConnectorIo,
  seen: ReadonlySet<string>,
  { maxBytes }: Pick<Attachments, 'maxBytes'>
): ConnectorIo {
  const nowhere: Parameters<typeof storeAttachment>[0] = {
    maxBytes,
    upload: async (_uploader, _listed, bytes) => void bytes.destroy()
  }
  const uploader = { agency: lent.agency, system: '' }
  return {
    ...lent,
    attach: (name, mediaType, bytes) =>
      storeAttachment(nowhere, uploader, { name, mediaType, bytes }, lent.signal),
    unacknowledged: async () => [...(await lent.unacknowledged()), ...seen],
    collected: async () => {},
    notCollected: async () => {},
    wake() {}
  }
}
