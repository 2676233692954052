import { createSigner } from '#client/signer.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { send, systemOf, type TestBus } from './test-bus.ts'

export interface Published {
  readonly status: number
  readonly headers: Headers
  readonly result: Readonly<Record<string, unknown>>
}

/** Publishes as `A` at another gateway, with tokens for the bus's first address. */
export async function publishAt(bus: TestBus, at: string, event: BusEvent): Promise<Published> {
  const signer = await createSigner({ audience: bus.url, system: systemOf('A'), key: bus.keys.A.privateJwk })
  const { status, body, headers } = await send(`${at}/v1/events`, {
    method: 'POST',
    token: await signer.submission([event] as never),
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event)
  })
  const [result = {}] = (body.results ?? []) as readonly Record<string, unknown>[]
  return { status, headers, result }
}
