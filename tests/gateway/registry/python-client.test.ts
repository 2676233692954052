import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pythonRegistry } from '../../helpers/python-registry.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { startRegistry } from '../../helpers/start-registry.ts'

describe("Confluent's Python client", needs('confluent-kafka'), () => {
  it('registers, serialises, reads, compares and deletes as with a registry it knows', async (t) => {
    const addresses = await startRegistry(t)
    const message = await pythonRegistry(addresses, 'round-trip')
    const [magic] = message.framed as readonly number[]
    assert.equal(magic, 0)
    assert.deepEqual(
      { ...message, framed: [] },
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
