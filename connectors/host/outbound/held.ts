import type { HostedInstance } from '../hosted-instance.ts'
import type { Deliveries } from './deliveries.ts'
import type { OutboundOptions } from './outbound-options.ts'
import { valuesOf } from './outcome.ts'

const lookedAtOnce = 100
/** Pages of one look: there may be a hundred thousand lines. */
const pagesAtOnce = 10

/** What a look at some of the lines that are held came to. */
export interface HeldLook {
  readonly isHeld: boolean
  /** After which event the next look goes on; 0: all were looked at. */
  readonly next: number
}

/**
 * Ends deliveries that hold their line, being dead or in doubt, once their event has expired or was recalled. Looks at
 * a thousand after an event, and returns whether any of them holds its line still.
 */
export async function endHeld(
  { agency, now }: Pick<HostedInstance, 'agency' | 'now'>,
  { inbox, deliveries }: Pick<OutboundOptions, 'inbox'> & { readonly deliveries: Deliveries },
  from: number
): Promise<HeldLook> {
  let isHeld = false
  let after = from
  for (let page = 0; page < pagesAtOnce; page += 1) {
    const some = await deliveries.held(after, lookedAtOnce)
    const statuses = await inbox.statusesOf(
      agency,
      some.map(({ event }) => event)
    )
    const ended = some.filter(({ event }) => statuses.get(event) === 'ended')
    const values = valuesOf({ kind: 'ended' }, { state: 'waiting', attempts: 0 }, now())
    if (ended.length > 0) await deliveries.change(ended.map((delivery) => ({ delivery, values })))
    isHeld ||= ended.length < some.length
    const last = some.at(-1)
    if (!last || some.length < lookedAtOnce) return { isHeld, next: 0 }
    after = last.event
  }
  return { isHeld, next: after }
}
