import type { ChannelGuard } from '#bus/leases/leases.ts'
import type { Store, TablesOfPart } from '#engines/store/store.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { Proof } from '#protocol/events/proof.ts'

interface OutboxTables {
  /** What came from outside, built into an event once, before it is published. */
  publishingOutbox: {
    number: number
    channel: string
    /** What the connector calls the thing it came from. */
    reference: string
    event: string
    signature: string
    /** Facts the connector wants back when it is settled, JSON. */
    note: string
    settled: number
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
        signature text NOT NULL,
        note text NOT NULL,
        settled bigint NOT NULL
      )`,
      'CREATE INDEX "publishingOutboxOpen" ON "publishingOutbox" (channel, number) WHERE settled = 0'
    ]
  ]
}

/** An event built from something outside, with the signature it was stored with. */
export interface OutboxEntry {
  readonly number: number
  readonly channel: string
  readonly reference: string
  readonly event: BusEvent
  readonly signature: Proof
  readonly note: string
}

/**
 * Keeps what came from outside from the moment its event exists until the
 * outside has been told what became of it, so that a crash publishes the same
 * bytes again and never builds a second event.
 */
export interface Outbox {
  store(entry: Omit<OutboxEntry, 'number'>): Promise<OutboxEntry>
  /** Entries of a channel that are not settled, oldest first. */
  open(channel: string): Promise<readonly OutboxEntry[]>
  settle(entry: OutboxEntry): Promise<void>
}

/** `guard` is asked in every transaction that writes for a channel. */
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
            signature: JSON.stringify(entry.signature),
            settled: 0
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
        .where('settled', '=', 0)
        .orderBy('number')
        .execute()
      return rows.map(({ event, signature, settled: _settled, ...row }) => ({
        ...row,
        event: JSON.parse(event) as BusEvent,
        signature: JSON.parse(signature) as Proof
      }))
    },

    async settle({ number, channel }) {
      await store.transaction(async (transaction) => {
        await guard(transaction, channel)
        await transaction
          .tables<OutboxTables>()
          .updateTable('publishingOutbox')
          .set({ settled: 1 })
          .where('number', '=', number)
          .execute()
      })
    }
  }
}
