import { randomUUID } from 'node:crypto'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import type { AlertChannel } from './alert-config.ts'
import type { AlertMessage } from './alert-message.ts'
import type { AlertTables } from './alert-tables.ts'
import { sendOver } from './send.ts'

/** How long after the first failures a message is sent again, and after all others: a channel that works again is used soon. */
const firstWaitsMs = [15_000, 60_000, 300_000]
const waitMs = 900_000
/** An older message that is not taken is dropped: by then a reminder is due. */
const oldMs = 86_400_000
/** Time for sending one message, however slowly its server answers. */
const sendMs = 60_000
/** From so many failures on, a channel counts as failing. */
const failingAfter = 3

const storeFailed = 'whether an alert message was taken is not stored; see err; it may be sent again'

export interface MessageQueueOptions {
  readonly store: Store
  readonly channels: readonly AlertChannel[]
  readonly logger: Logger
  readonly now: () => number
}

/** Messages that wait for their channels. They outlast a restart, and each is sent under one id. */
export interface MessageQueue {
  /** Adds messages, in the transaction that notes what they tell. */
  add(
    transaction: StoreTransaction,
    messages: readonly { readonly channel: string; readonly message: AlertMessage }[]
  ): Promise<void>
  /** Begins to send what is due, until the signal aborts. Waits for no channel: a slow one holds up nothing else. */
  sendDue(signal: AbortSignal): Promise<void>
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>
  /** Channels that do not take messages, and why. */
  failing(): ReadonlyMap<string, string>
}

type Row = AlertTables['alertMessages']

export function createMessageQueue({ store, channels, logger, now }: MessageQueueOptions): MessageQueue {
  const failing = new Map<string, string>()
  const sending = new Map<string, Promise<void>>()

  const remove = (numbers: readonly number[]): Promise<unknown> =>
    store.transaction(
      async (transaction) => {
        for (const number of numbers) {
          await transaction
            .tables<AlertTables>()
            .deleteFrom('alertMessages')
            .where('number', '=', number)
            .execute()
        }
      },
      { usesReserve: true }
    )

  const failed = async ({ number, channel, attempts, writtenAt }: Row, error: unknown): Promise<void> => {
    const reason = error instanceof Error ? error.message : String(error)
    if (attempts + 1 >= failingAfter) failing.set(channel, reason)
    if (now() - writtenAt >= oldMs) {
      const text = 'an alert message was dropped: the channel did not take it for a day'
      logger.error({ channel, err: error }, text)
      await remove([number])
      return
    }
    const againMs = firstWaitsMs[attempts] ?? waitMs
    logger.warn({ channel, err: error, againMs }, 'an alert message was not taken; it is sent again')
    await store.transaction(
      async (transaction) => {
        await transaction
          .tables<AlertTables>()
          .updateTable('alertMessages')
          .set({ attempts: attempts + 1, dueAt: now() + againMs })
          .where('number', '=', number)
          .execute()
      },
      { usesReserve: true }
    )
  }

  /** In their order; after a failure the rest waits, too. */
  const sendAll = async (channel: AlertChannel, rows: readonly Row[], signal: AbortSignal): Promise<void> => {
    for (const row of rows) {
      if (row.dueAt > now() || signal.aborted) return
      const message = JSON.parse(row.body) as AlertMessage
      try {
        await withTimeout(signal, sendMs, () => sendOver(channel, message, { id: row.id, now: now() }))
      } catch (error) {
        if (!signal.aborted) await failed(row, error)
        return
      }
      failing.delete(channel.name)
      await remove([row.number])
    }
  }

  return {
    async add(transaction, messages) {
      const db = transaction.tables<AlertTables>()
      const { last } = await db
        .selectFrom('alertMessages')
        .select((e) => e.fn.max('number').as('last'))
        .executeTakeFirstOrThrow()
      for (const [index, { channel, message }] of messages.entries()) {
        await db
          .insertInto('alertMessages')
          .values({
            ...{ number: Number(last ?? 0) + index + 1, channel, id: randomUUID(), attempts: 0 },
            ...{ body: JSON.stringify(message), writtenAt: now(), dueAt: now() }
          })
          .execute()
      }
    },

    async sendDue(signal) {
      const rows = await store
        .reader<AlertTables>()
        .selectFrom('alertMessages')
        .selectAll()
        .orderBy('number')
        .execute()
      const byChannel = Map.groupBy(rows, ({ channel }) => channel)
      const unknown = rows.filter((row) => !channels.some(({ name }) => name === row.channel))
      if (unknown.length > 0) await remove(unknown.map(({ number }) => number)) // The settings have the channel no more.
      for (const channel of channels.filter(({ name }) => !sending.has(name))) {
        const sent = sendAll(channel, byChannel.get(channel.name) ?? [], signal)
          .catch((err: unknown) => logger.warn({ channel: channel.name, err }, storeFailed))
          .finally(() => sending.delete(channel.name))
        sending.set(channel.name, sent)
      }
    },

    async idle() {
      await Promise.all(sending.values())
    },

    failing: () => failing
  }
}
