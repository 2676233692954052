import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { About } from '#gateway/routes/well-known/about.ts'
import { refusalOf } from '../helpers/operator.ts'
import { startTestBus } from '../helpers/test-bus.ts'

async function aboutOf(url: string): Promise<{ readonly about: About; readonly headers: Headers }> {
  const response = await fetch(`${url}/.well-known/lienthong`)
  return { about: (await response.json()) as About, headers: response.headers }
}

describe('what a gateway says of itself', () => {
  it('holds: the clock, the keys, and every limit that is tried', async (t) => {
    const { url, clients, document, bus } = await startTestBus(t, { gateway: { maxBodyBytes: 4_194_304 } })
    const asked = Date.now()
    const { about, headers } = await aboutOf(url)
    assert.equal(about.audience, bus.publicUrl)
    assert.ok(Date.parse(about.time) >= asked - 1000 && Date.parse(about.time) <= Date.now() + 1000)
    assert.equal(headers.get('cache-control'), 'no-store')
    const { keys } = (await (await fetch(about.busKeys.url)).json()) as { keys: { kid: string }[] }
    assert.deepEqual(
      about.busKeys.kids,
      keys.map(({ kid }) => kid)
    )
    for (const address of Object.values(about.documents)) assert.equal((await fetch(address)).status, 200)

    const { eventsPerRequest, inboxPage, inboxWaitSeconds, bodyBytes } = about.limits
    const batch = Array.from({ length: eventsPerRequest + 1 }, () => document())
    const results = await clients.A.publish(...batch.slice(1))
    assert.ok(results.every(({ status }) => status === 'accepted'))
    assert.equal((await refusalOf(clients.A.publish(...batch))).code, 'BUS_REQUEST_TOO_LARGE')
    await clients.B.page({ limit: inboxPage })
    assert.equal((await refusalOf(clients.B.page({ limit: inboxPage + 1 }))).code, 'BUS_QUERY_INVALID')
    const over = `/v1/inbox?waitSeconds=${inboxWaitSeconds + 1}`
    assert.equal((await refusalOf(clients.B.get(over))).code, 'BUS_QUERY_INVALID')
    assert.equal(bodyBytes, 4_194_304)
  })

  it('names no release and nothing of what the bus runs on', async (t) => {
    const { url } = await startTestBus(t)
    const { about } = await aboutOf(url)
    assert.deepEqual(Object.keys(about), ['audience', 'time', 'token', 'busKeys', 'limits', 'documents'])
    assert.doesNotMatch(JSON.stringify(about), /version|node|sqlite|kafka|postgres|\/tmp/i)
  })
})
