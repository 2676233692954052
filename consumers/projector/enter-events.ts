import type { Entering } from '#bus/archive-log/archive-log.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { LoggedEvent } from '#protocol/events/event-stages.ts'
import { type Added, type AddingOptions, addEvents, agenciesOf, tellOf } from './add-events.ts'
import { type EventToProject, type ProjectionOptions, toProjected } from './project-records.ts'

export interface EnteringOptions extends ProjectionOptions, AddingOptions {
  /** Of the projector, which takes what could not be entered. */
  readonly reached: () => number
}

/** Enters events in the transaction that appends them: the projector has nothing left to do for them. */
export function createEntering(options: EnteringOptions): Entering {
  const { archive, eventTypes, reached } = options

  const projected = (event: LoggedEvent): EventToProject => {
    const codec = eventTypes.codecOf(event.schemaId)
    if (!codec) throw new TypeError(`no schema ${event.schemaId}, by which the event was checked`)
    return toProjected(event, codec, options)
  }

  return {
    reached,
    begin(logged) {
      const all = logged.map((event) => ({ logged: event, event: projected(event) }))
      let added: Added | undefined
      return {
        async read(transaction) {
          const agencies = agenciesOf(all.map(({ event }) => event))
          const [last, apply] = await pipeline([
            archive.lastIn(transaction),
            options.beginApplying(transaction, agencies)
          ])
          return async (isNew) => {
            const events = all
              .filter((one) => isNew(one.logged))
              .map(({ event }, index) => ({ ...event, number: last + 1 + index }))
            if (events.length > 0) added = await addEvents(transaction, events, { ...options, apply })
          }
        },
        end(error) {
          for (const { event } of all) event.hop.end(error)
          if (added && error === undefined) tellOf(added, options)
        }
      }
    }
  }
}
