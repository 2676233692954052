import type { Numbered } from '#bus/archive/append-events.ts'
import { ownForm } from '#bus/archive/archive-form.ts'
import type { Entering } from '#bus/archive-log/archive-log.ts'
import type { Grant } from '#bus/policy/visibility.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import type { LoggedEvent } from '#protocol/events/event-stages.ts'
import { type EventToProject, type ProjectionOptions, toProjected } from '../projector/project-records.ts'
import type { ProjectedEvent } from '../projector/projected-event.ts'
import { type TellingOptions, tell } from '../projector/tell.ts'
import { createBeginAdding } from './begin-adding.ts'

export interface EnteringOptions extends ProjectionOptions, TellingOptions {
  /** Of the projector, which takes what could not be entered. */
  readonly reached: () => number
}

/** Prepares events that are entered when they are appended: the projector has nothing left to do for them. */
export function createEntering(options: EnteringOptions): Entering<SentToEnter> {
  const { eventTypes, reached } = options

  const projected = (event: LoggedEvent): EventToProject => {
    const codec = eventTypes.codecOf(event.schemaId)
    if (!codec) throw new TypeError(`no schema ${event.schemaId}, by which the event was checked`)
    return toProjected(event, codec, options)
  }

  return {
    reached,
    begin(logged) {
      const all: EventToProject[] = []
      const endHops = (error?: unknown): void => {
        for (const { hop } of all) hop.end(error)
      }
      try {
        for (const event of logged) all.push(projected(event))
      } catch (error) {
        endHops(error)
        throw error
      }
      return {
        events: all.map(({ hop: _hop, event: _event, grants, ...plain }) => ({
          ...plain,
          grants: JSON.stringify(grants)
        })),
        entered({ numbers, news }) {
          endHops()
          const added = all.flatMap((one, index) => {
            const number = numbers[index]
            return number === undefined ? [] : [{ ...one, number }]
          })
          if (added.length > 0) tell(added, news, options)
        },
        failed: endHops
      }
    }
  }
}

/** An event as it is sent to the thread that writes. */
export interface SentToEnter extends Omit<ProjectedEvent, 'number' | 'grants'> {
  /** In JSON: an event may have hundreds of recipients, and a text is copied at once. */
  readonly grants: string
}

const beginAdding = createBeginAdding(ownForm)

/** Enters them, in that thread, in the transaction that appends them. Returns what is to be signalled of new inbox entries. */
export async function enterEvents(
  transaction: StoreTransaction,
  sent: readonly Numbered<SentToEnter>[]
): Promise<ReadonlySet<string>> {
  const events = sent.map((event) => ({ ...event, grants: JSON.parse(event.grants) as readonly Grant[] }))
  const add = await beginAdding(transaction, events)
  return add(events)
}
