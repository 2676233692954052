import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { verifyPersonAct } from '#protocol/trust/person-act.ts'
import { bodyDigest } from '#protocol/trust/token.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { logIn } from '../../helpers/log-in.ts'
import { startRegistryBus } from '../../helpers/registry-bus.ts'
import type { TestBus } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

const person = { id: 'an', name: 'Nguyễn Văn An' }
const login = { by: 'link', system: '/bus/systems/operator', kid: 'operator-1' }

interface Shown {
  readonly items: readonly { readonly connector: string; readonly event: string; readonly state: string }[]
}

async function loggedIn(bus: TestBus) {
  const { send } = await logIn(bus, { person })
  const get = async (path: string) => (await send('GET', path)).json()
  const act = (path: string, body: string) => send('POST', path, body)
  return { get, act }
}

it('what a person does to deliveries and connectors is recorded with the person, under the signature of the bus', async (t) => {
  const { bus } = await startRegistryBus(t)
  const { get, act } = await loggedIn(bus)
  await bus.clients.A.publish(bus.document())
  const dead = '/v1/deliveries?state=dead'
  await until(async () => ((await get(dead)) as unknown as Shown).items.length === 1, 20_000)
  const [{ connector, event } = { connector: '', event: '' }] = ((await get(dead)) as unknown as Shown).items

  const skip = JSON.stringify({ act: 'skip', reason: 'sent by post', deliveries: [{ connector, event }] })
  const skipped = await act('/v1/deliveries', skip)
  assert.deepEqual([skipped.status, skipped.json()], [200, { count: 1 }])
  const [shown] = (await get(`/v1/deliveries/${connector}/${event}`)).acts as Record<string, unknown>[]
  const { at, ...rest } = shown ?? {}
  assert.deepEqual(rest, { act: 'skip', by: login.system, person, reason: 'sent by post' })

  const pause = JSON.stringify({ act: 'pause', connector, reason: 'maintenance' })
  assert.deepEqual((await act('/v1/connectors', pause)).json(), { result: 'done' })
  await until(
    async () => (await get(`/v1/connectors/${connector}`)).pausedBy === 'Nguyễn Văn An (an)',
    10_000
  )

  const { keys } = (await get('/.well-known/jwks.json')) as unknown as { keys: PublicJwk[] }
  const database = new DatabaseSync(join(bus.folder, 'store.sqlite'), { readOnly: true })
  t.after(() => database.close())
  for (const [table, path, body] of [
    ['deliveryActs', '/v1/deliveries', skip],
    ['connectorActs', '/v1/connectors', pause]
  ] as const) {
    const row = database.prepare(`SELECT person, "personName", token FROM "${table}"`).get()
    assert.deepEqual({ id: row?.person, name: row?.personName }, person)
    const evidence = await verifyPersonAct(String(row?.token), keys)
    assert.deepEqual(
      [evidence?.person, evidence?.login, evidence?.htm, evidence?.htu, evidence?.body],
      [person, login, 'POST', bus.url + path, bodyDigest(Buffer.from(body))]
    )
    const { publicJwk } = await readKey(keyFiles(bus.folder).operator)
    assert.equal(await verifyPersonAct(String(row?.token), [publicJwk]), undefined)
  }
})

it('an act without a body is refused, and not recorded', async (t) => {
  const { bus } = await startRegistryBus(t)
  const { act } = await loggedIn(bus)
  for (const path of ['/v1/deliveries', '/v1/connectors']) {
    const answer = await act(path, '')
    assert.deepEqual([answer.status, answer.json().code], [400, 'BUS_JSON_INVALID'])
  }
})
