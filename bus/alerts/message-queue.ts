import { randomUUID } from 'node:crypto'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { AlertChannel } from './alert-config.ts'
import type { AlertMessage } from './alert-message.ts'
import type { AlertTables } from './alert-tables.ts'
import { sendOver } from './send.ts'

/** How long after each failure a message is sent again. After the last one it is dropped: by then a reminder is due. */
const scheduleMs = [15_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000]
/** From so many failures on, a channel counts as failing. */
const failingAfter = 3

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
  /** Sends what is due; a slow channel holds up no other. */
  sendDue(): Promise<void>
  /** Channels that do not take messages, and why. */
  failing(): ReadonlyMap<string, string>
}

type Row = AlertTables['alertMessages']

export function createMessageQueue({ store, channels, logger, now }: MessageQueueOptions): MessageQueue {
  const failing = new Map<string, string>()

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

  const failed = async ({ number, channel, attempts }: Row, error: unknown): Promise<void> => {
    const reason = error instanceof Error ? error.message : String(error)
    if (attempts + 1 >= failingAfter) failing.set(channel, reason)
    const waitMs = scheduleMs[attempts]
    if (waitMs === undefined) {
      logger.error(
        { channel, err: error },
        'an alert message was dropped: the channel did not take it for a day'
      )
      await remove([number])
      return
    }
    logger.warn({ channel, err: error, waitMs }, 'an alert message was not taken; it is sent again')
    await store.transaction(
      async (transaction) => {
        await transaction
          .tables<AlertTables>()
          .updateTable('alertMessages')
          .set({ attempts: attempts + 1, dueAt: now() + waitMs })
          .where('number', '=', number)
          .execute()
      },
      { usesReserve: true }
    )
  }

  /** In their order; after a failure the rest waits, too. */
  const sendAll = async (channel: AlertChannel, rows: readonly Row[]): Promise<void> => {
    for (const row of rows) {
      if (row.dueAt > now()) return
      try {
        await sendOver(channel, JSON.parse(row.body) as AlertMessage, { id: row.id, now: now() })
      } catch (error) {
        await failed(row, error)
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

    async sendDue() {
      const rows = await store
        .reader<AlertTables>()
        .selectFrom('alertMessages')
        .selectAll()
        .orderBy('number')
        .execute()
      const byChannel = Map.groupBy(rows, ({ channel }) => channel)
      const unknown = rows.filter((row) => !channels.some(({ name }) => name === row.channel))
      if (unknown.length > 0) await remove(unknown.map(({ number }) => number)) // The settings have the channel no more.
      await Promise.all(channels.map((channel) => sendAll(channel, byChannel.get(channel.name) ?? [])))
    },

    failing: () => failing
  }
}
