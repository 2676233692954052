import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { startRegistryProxy } from '#cli/registry-proxy.ts'
import { pythonRegistry } from '#tests/helpers/python-registry.ts'
import { needs } from '#tests/helpers/servers/needs.ts'
import { startTestBus, systemOf, type TestBus } from '#tests/helpers/test-bus.ts'

/** A bus whose registry anyone may read, and the proxy of a system that writes to it. */
async function start(
  t: TestContext
): Promise<{ readonly bus: TestBus; readonly write: string; readonly read: string }> {
  const bus = await startTestBus(t, { gateway: { openRegistry: true } })
  const keyFile = join(bus.folder, 'keys', 'A.jwk')
  const proxy = await startRegistryProxy({ gateway: bus.url, system: systemOf('A'), keyFile, port: 0 })
  t.after(() => proxy.close())
  return { bus, write: proxy.url, read: `${bus.url}/registry` }
}

describe("Confluent's Python client", needs('confluent-kafka'), () => {
  it('registers, serialises, reads, compares and deletes as with a registry it knows', async (t) => {
    const addresses = await start(t)
    const told = await pythonRegistry(addresses, 'round-trip')
    const [magic] = told.framed as readonly number[]
    assert.equal(magic, 0)
    assert.deepEqual(
      { ...told, framed: [] },
      {
        framed: [],
        read: { who: 'Nguyễn Văn A' },
        compatible: [true, false],
        incompatible: [409, 409],
        again: true,
        versions: [1, 2],
        latest: [2, true, true],
        looked_up: 2,
        under_another: true,
        unset: [404, 40408],
        level: 'NONE',
        third: true,
        needed: [422, 42206],
        deleted: 3,
        left: [1, 2],
        gone: [1, 2],
        unknown: [404, 40401],
        for_good: [1, 2, 3],
        subjects: ['house', 'others-value', 'room'],
        hostile: [422, 42201]
      }
    )
  })
})
