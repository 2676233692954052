import type { Pdu } from './smpp/pdu.ts'
import { statuses } from './smpp/statuses.ts'

/** More is not kept in memory; the centre keeps the rest. */
const maxWaiting = 1000
const maxOctets = 8_388_608
const maxBatch = 200

/** A message of the centre that is not answered yet. */
export interface Waiting {
  readonly message: Pdu
  readonly receivedAt: number
}

/**
 * Messages that came over a connection. The centre gives one up only when it is answered, and it is answered once
 * what it became is stored: the poll after shows it by its cursor.
 */
export interface Inbox {
  add(message: Pdu): void
  /** The next ones, under a name of the batch. The same again until `stored` is told its name. */
  batch(): { readonly name: string; readonly waiting: readonly Waiting[] } | undefined
  /** What was given under this name is stored: its messages are answered. */
  stored(name: string | undefined): void
}

export function createInbox({
  session,
  respond,
  wake,
  now
}: {
  /** Another for each connection. */
  readonly session: string
  readonly respond: (message: Pdu, status: number) => void
  readonly wake: () => void
  readonly now: () => number
}): Inbox {
  let waiting: readonly Waiting[] = []
  let octets = 0
  let given: { readonly name: string; readonly count: number } | undefined
  let batches = 0
  return {
    add(message) {
      const isFull = waiting.length >= maxWaiting || octets + message.size > maxOctets
      if (isFull) return respond(message, statuses.queueFull)
      waiting = [...waiting, { message, receivedAt: now() }]
      octets += message.size
      wake()
    },
    batch() {
      if (waiting.length === 0) return undefined
      batches += 1
      given = { name: `${session}-${batches}`, count: Math.min(waiting.length, maxBatch) }
      return { name: given.name, waiting: waiting.slice(0, given.count) }
    },
    stored(name) {
      if (!given || given.name !== name) return
      for (const { message } of waiting.slice(0, given.count)) {
        octets -= message.size
        respond(message, statuses.ok)
      }
      waiting = waiting.slice(given.count)
      given = undefined
    }
  }
}
