import { describe, it } from 'node:test'
import { isTaken, registerNewType } from '../helpers/register-at-run-time.ts'
import { needs } from '../helpers/servers/needs.ts'
import { startTestBus } from '../helpers/test-bus.ts'

describe('an event type registered through the Python client', needs('confluent-kafka'), () => {
  it('is published, validated and read without a restart', async (t) => {
    const bus = await startTestBus(t)
    await registerNewType(t, bus)
    await isTaken(bus, bus.url)
  })
})
