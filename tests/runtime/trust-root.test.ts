import assert from 'node:assert/strict'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { createClient } from '#client/create-client.ts'
import { generateKey } from '#protocol/trust/jwk.ts'
import { keyFiles, keyIn, readKey, writeKey } from '#runtime/keyring.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

type Settings = Readonly<Record<string, unknown>>

/** A folder that a bus has run on, with an event accepted and delivered. */
async function usedFolder(t: TestContext): Promise<string> {
  const bus = await startTestBus(t)
  await arrives(bus)
  await bus.bus.close()
  return bus.folder
}

/** An event of `A` is accepted and reaches `B`. */
async function arrives(bus: TestBus): Promise<void> {
  const event = bus.document()
  await bus.clients.A.publish(event)
  const inbox = () => bus.clients.B.page({ limit: 500 })
  await until(async () => {
    const page = await inbox()
    return 'events' in page && page.events.some((item) => item.event.id === event.id)
  }, 30_000)
}

async function refusal(t: TestContext, folder: string, settings: Settings = {}) {
  const error = await startTestBus(t, { folder, settings }).then(
    () => assert.fail('it has started'),
    (failure: { code: string; fault: string; message: string }) => failure
  )
  assert.equal(error.code, 'BUS_CONFIG_INVALID', error.message)
  return error
}

describe('the key that receipts are signed with', () => {
  it('is not made again where it is lost, and the bus goes on where it is restored', async (t) => {
    const folder = await usedFolder(t)
    const { bus } = keyFiles(folder)
    renameSync(bus, `${bus}.away`)
    const { fault, message } = await refusal(t, folder)
    assert.equal(fault, 'bus-key-unknown')
    assert.ok(message.includes(bus) && message.includes('bus-key.added'), message)
    assert.ok(!existsSync(bus))
    renameSync(`${bus}.away`, bus)
    await arrives(await startTestBus(t, { folder }))
  })

  it('is refused where another stands under its name', async (t) => {
    const folder = await usedFolder(t)
    await writeKey(keyFiles(folder).bus, (await generateKey('bus-1', 'EdDSA')).privateJwk)
    assert.equal((await refusal(t, folder)).fault, 'bus-key-unknown')
    assert.equal((await refusal(t, folder)).fault, 'bus-key-unknown', 'and again')
  })

  it('may be a new one that the operator signs for, under a new name', async (t) => {
    const folder = await usedFolder(t)
    const busKeyFile = join(folder, 'keys', 'bus-2.jwk')
    await writeKey(busKeyFile, (await generateKey('bus-2', 'EdDSA')).privateJwk)
    const { operator } = keyFiles(folder)
    const { publicJwk } = await readKey(operator)
    renameSync(operator, `${operator}.away`)
    const trust = { busKeyFile, operatorKeys: [publicJwk] }
    assert.equal((await refusal(t, folder, { trust })).fault, 'bus-key-unknown', 'nobody signs for it')
    renameSync(`${operator}.away`, operator)
    const bus = await startTestBus(t, { folder, settings: { trust } })
    await arrives(bus)
    const { keys } = await bus.operator.get<{ keys: { kid: string }[] }>('/.well-known/jwks.json')
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      ['bus-1', 'bus-2']
    )
    await bus.bus.close()
    await arrives(await startTestBus(t, { folder })) // The old one is known, too.
  })

  it('may be made known by an act while the bus runs, and be used from the next start on', async (t) => {
    const bus = await startTestBus(t)
    const { folder } = bus
    const { privateJwk, publicJwk } = await generateKey('bus-2', 'EdDSA')
    const act = { act: 'bus-key.added', resource: '/bus/keys/bus-2', previous: null, key: publicJwk }
    await assert.rejects(bus.clients.A.act('/v1/bus-keys', act), /BUS_NOT_PERMITTED/)
    await assert.rejects(bus.operator.act('/v1/systems', act), /BUS_ACT_INVALID/)
    await bus.operator.act('/v1/bus-keys', act)
    const { items } = await bus.clients.A.get<{ items: { resource: string }[] }>('/v1/bus-keys')
    assert.deepEqual(
      items.map(({ resource }) => resource),
      ['/bus/keys/bus-1', '/bus/keys/bus-2']
    )
    await bus.bus.close()
    const { publicJwk: operatorKey } = await readKey(keyFiles(folder).operator)
    const busKeyFile = join(folder, 'keys', 'bus-2.jwk')
    await writeKey(busKeyFile, privateJwk)
    const settings = { trust: { busKeyFile, operatorKeys: [operatorKey] } }
    await arrives(await startTestBus(t, { folder, settings }))
  })
})

describe('the operator keys that trust starts from', () => {
  it('are not made again where they are lost, and the bus goes on where they are restored', async (t) => {
    const folder = await usedFolder(t)
    const { operator } = keyFiles(folder)
    const { publicJwk } = await readKey(operator)
    renameSync(operator, `${operator}.away`)
    const { fault, message } = await refusal(t, folder)
    assert.equal(fault, 'operator-keys-differ')
    assert.ok(message.includes(String(publicJwk.x)) && message.includes('trust.operatorKeys'), message)
    assert.ok(!existsSync(operator))
    renameSync(`${operator}.away`, operator)
    await arrives(await startTestBus(t, { folder }))
  })

  it('are refused where others stand in their place, under their name or another', async (t) => {
    const folder = await usedFolder(t)
    const { operator } = keyFiles(folder)
    for (const kid of ['operator-1', 'operator-2']) {
      await writeKey(operator, (await generateKey(kid, 'EdDSA')).privateJwk)
      assert.equal((await refusal(t, folder)).fault, 'operator-keys-differ')
      const operatorKeys = [(await generateKey(kid, 'EdDSA')).publicJwk]
      rmSync(operator)
      assert.equal((await refusal(t, folder, { trust: { operatorKeys } })).fault, 'operator-keys-differ')
    }
  })

  it('are refused together with the key of the bus, where all are lost', async (t) => {
    const folder = await usedFolder(t)
    rmSync(join(folder, 'keys'), { recursive: true })
    assert.equal((await refusal(t, folder)).code, 'BUS_CONFIG_INVALID')
    assert.ok(!existsSync(keyFiles(folder).operator) && !existsSync(keyFiles(folder).bus))
  })

  it('may be joined by another, which is then one of them', async (t) => {
    const folder = await usedFolder(t)
    const { operator } = keyFiles(folder)
    const { publicJwk: lost } = await readKey(operator)
    rmSync(operator)
    const added = await keyIn(join(folder, 'keys', 'operator-2.jwk'), 'operator-2')
    const trust = {
      operatorKeys: [lost, added.publicJwk],
      operatorKeyFile: join(folder, 'keys', 'operator-2.jwk')
    }
    await writeKey(operator, added.privateJwk) // Where `startTestBus` looks for it.
    const bus = await startTestBus(t, { folder, settings: { trust } })
    const { last: previous } = await bus.operator.get<{ last: string }>(`/v1/systems${systemOf('C')}`)
    const client = await createClient({
      gateway: bus.url,
      system: '/bus/systems/operator',
      key: added.privateJwk
    })
    await client.act('/v1/systems', { act: 'system.suspended', resource: systemOf('C'), previous })
    await arrives(bus)
    await bus.bus.close()
    for (const operatorKeys of [[lost], [added.publicJwk]]) {
      rmSync(operator, { force: true })
      assert.equal((await refusal(t, folder, { trust: { operatorKeys } })).fault, 'operator-keys-differ')
    }
  })

  it('each have a name of their own, and include the one that signs', async (t) => {
    const folder = await usedFolder(t)
    const { operator } = keyFiles(folder)
    const { publicJwk } = await readKey(operator)
    const { publicJwk: other, privateJwk } = await generateKey('operator-1', 'EdDSA')
    const twice = { operatorKeys: [publicJwk, other] }
    assert.equal((await refusal(t, folder, { trust: twice })).fault, 'operator-kid-twice')
    const file = join(folder, 'keys', 'other.jwk')
    await writeKey(file, privateJwk)
    const unlisted = { operatorKeys: [publicJwk], operatorKeyFile: file }
    assert.equal((await refusal(t, folder, { trust: unlisted })).fault, 'operator-key-not-listed')
    const missing = { operatorKeyFile: join(folder, 'nothing.jwk') }
    assert.equal((await refusal(t, folder, { trust: missing })).fault, 'operator-keys-differ')
  })
})

describe('a first start', () => {
  it('is refused where a key file that it names is not there', async (t) => {
    for (const name of ['busKeyFile', 'operatorKeyFile']) {
      const folder = temporaryFolder(t)
      const trust = { [name]: join(folder, 'nothing.jwk') }
      assert.equal((await refusal(t, folder, { trust })).fault, 'key-file-missing')
    }
  })
})
