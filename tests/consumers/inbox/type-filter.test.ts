import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { awaitedNews, newsOf } from '#consumers/inbox/news.ts'
import { createSignals } from '#engines/signals/signals.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { codes, startTestBus } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

const dossiers = 'dossier.received.v1'
const issued = 'document.issued.v1'

describe('a reader that asks for some types', () => {
  it('is not woken for entries of others, and is for each of its own', async () => {
    const signals = createSignals()
    const never = new AbortController().signal
    const woken: string[] = []
    const wait = (types: readonly string[]) => {
      const names = awaitedNews(codes.B, types)
      return signals.wait(names, signals.count(names), 60_000, never).then(() => woken.push(types.join('+')))
    }
    const all = wait([])
    const one = wait([dossiers])
    const two = wait([dossiers, issued])
    const notify = (type: string, agency: string): void => signals.notify(newsOf([{ agency, type }]))
    notify(dossiers, codes.C)
    notify('document.recalled.v1', codes.B)
    await all
    assert.deepEqual(woken, [''])
    notify(issued, codes.B)
    await two
    notify(dossiers, codes.B)
    await one
    assert.deepEqual(woken, ['', `${dossiers}+${issued}`, dossiers])
  })

  it('is given a cursor past what it did not ask for, from which it goes on, and that marks nothing else as delivered', async (t) => {
    const { clients, document } = await startTestBus(t)
    const events = [document(), document(), document()]
    for (const event of events) await clients.A.publish(event)
    const stateOf = async ({ source, id }: BusEvent): Promise<string | undefined> => {
      const query = new URLSearchParams({ source, id })
      const item = await clients.A.get<{ deliveries: readonly { state: string }[] }>(`/v1/events?${query}`)
      return item.deliveries[0]?.state
    }
    for (const event of events) await until(async () => (await stateOf(event)) === 'pending', 10_000)
    const nothing = await clients.B.page({ types: [dossiers] })
    assert.deepEqual(nothing.events, [])
    assert.equal(nothing.next.split('.')[2], '3')
    const later = await clients.B.page({ types: [dossiers], after: nothing.next })
    assert.deepEqual(later.events, [])
    assert.deepEqual(await Promise.all(events.map(stateOf)), ['pending', 'pending', 'pending'])
    const two = await clients.B.page({ types: [issued], limit: 2 })
    assert.equal(two.next.split('.')[2], '2')
    const rest = await clients.B.page({ types: [dossiers, issued], limit: 500 })
    assert.deepEqual(
      rest.events.map(({ event }) => event.id),
      events.map(({ id }) => id)
    )
  })

  it('is refused more types than thirty', async (t) => {
    const { clients } = await startTestBus(t)
    const types = Array.from({ length: 31 }, (_one, index) => `a.b.v${index}`)
    await assert.rejects(clients.B.page({ types }), { code: 'BUS_QUERY_INVALID' })
  })
})
