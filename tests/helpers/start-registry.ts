import type { TestContext } from 'node:test'
import { startRegistryProxy } from '#cli/remote/registry-proxy.ts'
import { startTestBus, systemOf, type TestBus } from './test-bus.ts'

/** A bus whose registry anyone may read, and the proxy of a system that writes to it. */
export async function startRegistry(
  t: TestContext
): Promise<{ readonly bus: TestBus; readonly write: string; readonly read: string }> {
  const bus = await startTestBus(t, { gateway: { openRegistry: true } })
  const key = bus.keys.A.privateJwk
  const proxy = await startRegistryProxy({ gateway: bus.url, system: systemOf('A'), key, port: 0 })
  t.after(() => proxy.close())
  return { bus, write: proxy.url, read: `${bus.url}/registry` }
}
