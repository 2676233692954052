import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { readKey } from '#runtime/keyring.ts'
import { addSystem, keyFileOf } from '../../helpers/add-system.ts'
import { logIn } from '../../helpers/log-in.ts'
import { startTestBus, systemOf } from '../../helpers/test-bus.ts'

it('a person who keeps live feeds open takes nothing from systems of the agency, and an auditor nothing from operators', async (t) => {
  const limits = { longPolls: 2, answerBytes: 262_144 }
  const bus = await startTestBus(t, { settings: { gateway: { limits } } })
  const reader = await logIn(bus, { system: systemOf('B'), key: bus.keys.B })
  await openFeeds(t, bus.url, reader.cookie)
  await bus.clients.B.get('/v1/inbox?waitSeconds=1')

  const auditor = '/bus/systems/auditor'
  await addSystem(bus, auditor, { roles: ['auditor'] })
  const key = await readKey(keyFileOf(bus.folder, auditor))
  const { cookie } = await logIn(bus, { system: auditor, key, person: { id: 'binh', name: 'Bình' } })
  await openFeeds(t, bus.url, cookie)
  await bus.operator.get('/v1/connectors')
  const operator = await logIn(bus)
  assert.equal((await operator.send('GET', '/v1/connectors')).status, 200)
})

/** Opens live feeds until one is refused, and keeps them open. */
async function openFeeds(t: TestContext, url: string, cookie: string): Promise<void> {
  const closing = new AbortController()
  t.after(() => closing.abort())
  for (let count = 0; count < 10; count += 1) {
    const { status } = await fetch(`${url}/v1/live`, { headers: { cookie }, signal: closing.signal })
    if (status === 429) return
    assert.equal(status, 200)
  }
  assert.fail('no live feed was refused')
}
