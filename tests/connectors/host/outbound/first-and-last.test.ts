import assert from 'node:assert/strict'
import { it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import { openOutboundLab } from '#tests/helpers/outbound-lab.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'
import { until } from '#tests/helpers/until.ts'

const dayMs = 86_400_000
const refused = () => new BusError('BUS_PEER_REFUSED', 'internal')

describeOnEveryStore('the deliveries of an instance', (openStore) => {
  it('begin with what was recorded since the instance began', async (t) => {
    const before = { recordedTime: '2026-01-01T07:59:59.999Z' }
    const got: string[] = []
    const lab = await openOutboundLab(openStore, t, {
      instance: { deliversFrom: Date.parse('2026-01-01T08:00:00Z') },
      outbound: { deliver: async (_session, { event }) => void got.push(event.subject) }
    })
    await lab.send(...Array.from({ length: 150 }, () => ({ subject: 'old', ...before })))
    await lab.send({ subject: 'new', recordedTime: '2026-01-01T08:00:00.000Z' })
    lab.run()
    await lab.states('delivered')
    assert.deepEqual(got, ['new'])
  })

  it('are removed some time after they ended, and not made again', async (t) => {
    const clock = { ms: Date.now() }
    const got: string[] = []
    const lab = await openOutboundLab(openStore, t, {
      instance: { deliveryDays: 30, now: () => clock.ms },
      outbound: {
        async deliver(_session, { event }) {
          if (event.subject === 'held') throw refused()
          got.push(event.subject)
        }
      }
    })
    await lab.send({ subject: 'a' }, { subject: 'held' })
    lab.run()
    await lab.states('delivered', 'dead')
    clock.ms += 29 * dayMs
    await lab.send({ subject: 'b' })
    await lab.states('delivered', 'dead', 'delivered')
    clock.ms += 2 * dayMs
    await until(async () => (await lab.rows()).length === 2, 5000)
    await lab.states('dead', 'delivered')
    await lab.send({ subject: 'c' })
    await lab.states('dead', 'delivered', 'delivered')
    assert.deepEqual(got, ['a', 'b', 'c'])
  })
})
