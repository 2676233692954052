import type { ChannelGuard } from '#bus/leases/leases.ts'
import type { Store, TablesOfPart } from '#engines/store/store.ts'
import type { BusEvent } from '#protocol/events/event.ts'

interface OutboxTables {
  /** Events built from items of outside systems, stored before they are published. */
  publishingOutbox: {
    number: number
    channel: string
    /** The connector's own name for the item. */
    reference: string
    event: string
    /** The event that this item also answers, JSON; `null` if none. */
    note: string
    acknowledged: number
  }
}

export const outboxTables: TablesOfPart = {
  part: 'outbox',
  migrations: [
    [
      `CREATE TABLE "publishingOutbox" (
        number BIGINT_KEY,
        channel text NOT NULL,
        reference text NOT NULL,
        event text NOT NULL,
        note text NOT NULL,
        acknowledged bigint NOT NULL
      )`,
      'CREATE INDEX "publishingOutboxOpen" ON "publishingOutbox" (channel, number) WHERE acknowledged = 0'
    ]
  ]
}

/** An event built from an item. It is signed when it is published, with a key that is valid then. */
export interface OutboxEntry {
  readonly number: number
  readonly channel: string
  readonly reference: string
  readonly event: BusEvent
  readonly note: string
}

/**
 * Stores each item's event from before it is published until the connector has been told the result. After
 * a crash the same event is published again, signed anew, and no second event is built.
 */
export interface Outbox {
  store(entry: Omit<OutboxEntry, 'number'>): Promise<OutboxEntry>
  /** Entries of a channel without a result, oldest first. */
  open(channel: string): Promise<readonly OutboxEntry[]>
  markAcknowledged(entry: OutboxEntry): Promise<void>
}

/** `guard` is called in every transaction that writes for a channel. */
export function createOutbox(store: Store, guard: ChannelGuard): Outbox {
  return {
    async store(entry) {
      const { channel, reference, note } = entry
      const row = await store.transaction(async (transaction) => {
        await guard(transaction, channel)
        return transaction
          .tables<OutboxTables>()
          .insertInto('publishingOutbox')
          .values({
            channel,
            reference,
            note,
            event: JSON.stringify(entry.event),
            acknowledged: 0
          } as OutboxTables['publishingOutbox'])
          .returning('number')
          .executeTakeFirstOrThrow()
      })
      return { ...entry, number: row.number }
    },

    async open(channel) {
      const rows = await store
        .reader<OutboxTables>()
        .selectFrom('publishingOutbox')
        .selectAll()
        .where('channel', '=', channel)
        .where('acknowledged', '=', 0)
        .orderBy('number')
        .execute()
      return rows.map(({ event, acknowledged: _acknowledged, ...row }) => ({
        ...row,
        event: JSON.parse(event) as BusEvent
      }))
    },

    async markAcknowledged({ number, channel }) {
      await store.transaction(async (transaction) => {
        await guard(transaction, channel)
        await transaction
          .tables<OutboxTables>()
          .updateTable('publishingOutbox')
          .set({ acknowledged: 1 })
          .where('number', '=', number)
          .execute()
      })
    }
  }
}
