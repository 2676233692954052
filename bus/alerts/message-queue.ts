import { randomUUID } from 'node:crypto'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { AlertChannel } from './alert-config.ts'
import { type AlertMessage, type MessageContext, mergedMessage } from './alert-message.ts'
import type { AlertTables } from './alert-tables.ts'
import { sendOver } from './send.ts'

/** How long after each try a message is sent again; the last goes on, so that what waits is told soon after a fault. */
const waitsMs = [30_000, 60_000, 300_000]
const longestWaitMs = Math.max(...waitsMs)
/** From so many failures on, a channel counts as failing. */
const failingAfter = 3

export interface MessageQueueOptions {
  readonly store: Store
  /** Whether this process tells, as the store has it. */
  readonly tells: (transaction: StoreTransaction) => Promise<boolean>
  readonly channels: readonly AlertChannel[]
  /** What a message is written with. */
  readonly written: Omit<MessageContext, 'now'>
  readonly logger: Logger
  readonly now: () => number
}

/**
 * Messages that wait for their channels. They outlast a restart. A channel has two at most: one that was tried, which
 * keeps its id and its content, and one with everything since.
 */
export interface MessageQueue {
  /** Adds messages, in the transaction that notes what they tell. */
  add(
    transaction: StoreTransaction,
    messages: readonly { readonly channel: string; readonly message: AlertMessage }[]
  ): Promise<void>
  /**
   * Sends what is due to a channel, in order; after a failure the rest waits, too. Resolves at once when the signal
   * aborts. Rejects if the store fails.
   */
  sendDue(channel: AlertChannel, signal: AbortSignal): Promise<void>
  /** Channels that do not take messages, and why. */
  failing(): ReadonlyMap<string, string>
}

type Row = AlertTables['alertMessages']

export function createMessageQueue(options: MessageQueueOptions): MessageQueue {
  const { store, tells, channels, written, logger, now } = options
  const failing = new Map<string, string>()

  /**
   * The next message of a channel, if it is due. The try is noted before it is made: a process that comes after this
   * one sends the message under the same id.
   */
  const nextDue = (channel: string): Promise<Row | undefined> =>
    store.transaction(
      async (transaction) => {
        if (!(await tells(transaction))) return undefined
        const [row] = await waiting(transaction, channel)
        if (!row || !isDue(row, now())) return undefined
        const waitMs = waitsMs[Math.min(row.attempts, waitsMs.length - 1)] ?? 0
        await transaction
          .tables<AlertTables>()
          .updateTable('alertMessages')
          .set({ attempts: row.attempts + 1, dueAt: now() + waitMs })
          .where('id', '=', row.id)
          .execute()
        return row
      },
      { usesReserve: true }
    )

  /** By its id, since a number may be given again. */
  const remove = ({ id }: Row): Promise<unknown> =>
    store.transaction(
      (transaction) =>
        transaction.tables<AlertTables>().deleteFrom('alertMessages').where('id', '=', id).execute(),
      { usesReserve: true }
    )

  /** Whether the channel took it. */
  const send = async (channel: AlertChannel, row: Row, signal: AbortSignal): Promise<boolean> => {
    const { name } = channel
    const message = JSON.parse(row.body) as AlertMessage
    try {
      await sendOver(channel, message, { id: row.id, now: now(), signal })
      failing.delete(name)
      return true
    } catch (error) {
      if (signal.aborted) return false
      const isPartly = error instanceof BusError && error.fault === 'alert-recipients-refused'
      if (isPartly || row.attempts + 1 >= failingAfter) {
        failing.set(name, error instanceof Error ? error.message : String(error))
      }
      logger.warn({ channel: name, err: error }, 'an alert message was not taken; see err')
      return isPartly
    }
  }

  return {
    async add(transaction, messages) {
      const db = transaction.tables<AlertTables>()
      const names = new Set(channels.map(({ name }) => name))
      for (const { channel } of await db.selectFrom('alertMessages').select('channel').distinct().execute()) {
        if (names.has(channel)) continue // Of others the settings have no channel any more.
        await db.deleteFrom('alertMessages').where('channel', '=', channel).execute()
      }
      const { last } = await db
        .selectFrom('alertMessages')
        .select((e) => e.fn.max('number').as('last'))
        .executeTakeFirstOrThrow()
      for (const [index, { channel, message }] of messages.entries()) {
        const untried = (await waiting(transaction, channel)).find(({ attempts }) => attempts === 0)
        if (untried) {
          const earlier = JSON.parse(untried.body) as AlertMessage
          const body = JSON.stringify(mergedMessage(earlier, message, { ...written, now: now() }))
          await db.updateTable('alertMessages').set({ body }).where('id', '=', untried.id).execute()
          continue
        }
        await db
          .insertInto('alertMessages')
          .values({
            ...{ number: Number(last ?? 0) + index + 1, channel, id: randomUUID(), attempts: 0 },
            ...{ body: JSON.stringify(message), dueAt: now() }
          })
          .execute()
      }
    },

    async sendDue(channel, signal) {
      const [first] = await waiting(store, channel.name)
      if (!first || !isDue(first, now())) return
      while (!signal.aborted) {
        const row = await nextDue(channel.name)
        if (!row || !(await send(channel, row, signal))) return
        await remove(row)
      }
    },

    failing: () => failing
  }
}

/** The messages of a channel, in order. */
async function waiting(from: Store | StoreTransaction, channel: string): Promise<readonly Row[]> {
  const db = 'reader' in from ? from.reader<AlertTables>() : from.tables<AlertTables>()
  return db.selectFrom('alertMessages').selectAll().where('channel', '=', channel).orderBy('number').execute()
}

/** What waits longer than any message may was stored while the clock was ahead. */
function isDue({ dueAt }: Row, now: number): boolean {
  return dueAt <= now || dueAt > now + longestWaitMs
}
