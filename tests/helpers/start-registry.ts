import type { TestContext } from 'node:test'
import { startRegistryProxy } from '#cli/remote/registry-proxy.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { startTestBus, systemOf, type TestBus } from './test-bus.ts'

/** A bus whose registry anyone may read, and the proxies of a system and of an operator that write to it. */
export async function startRegistry(t: Pick<TestContext, 'after'>): Promise<{
  readonly bus: TestBus
  readonly write: string
  readonly operator: string
  readonly read: string
}> {
  const bus = await startTestBus(t, { gateway: { openRegistry: true } })
  const operatorKey = (await readKey(keyFiles(bus.folder).operator)).privateJwk
  const [proxy, operator] = await Promise.all(
    [
      { system: systemOf('A'), key: bus.keys.A.privateJwk },
      { system: '/bus/systems/operator', key: operatorKey }
    ].map((as) => startRegistryProxy({ gateway: bus.url, ...as, port: 0 }))
  )
  if (!proxy || !operator) throw new TypeError('no proxy')
  t.after(() => Promise.all([proxy.close(), operator.close()]))
  return { bus, write: proxy.url, operator: operator.url, read: `${bus.url}/registry` }
}
