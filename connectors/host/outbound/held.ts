import type { HostedInstance } from '../hosted-instance.ts'
import type { Deliveries } from './deliveries.ts'
import type { OutboundOptions } from './outbound-options.ts'
import { valuesOf } from './outcome.ts'

const lookedAtOnce = 100

/**
 * Ends deliveries that hold their line, being dead or in doubt, once their event has expired or was recalled.
 * Returns whether any delivery holds its line still.
 */
export async function endHeld(
  { agency, now }: Pick<HostedInstance, 'agency' | 'now'>,
  { inbox, deliveries }: Pick<OutboundOptions, 'inbox'> & { readonly deliveries: Deliveries }
): Promise<boolean> {
  let isHeld = false
  for (let after = 0; ; ) {
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
    if (!last || some.length < lookedAtOnce) return isHeld
    after = last.event
  }
}
