import assert from 'node:assert/strict'
import { it } from 'node:test'
import { undeliveredAmong } from '#connectors/host/outbound/undelivered.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { openOutboundLab, operator } from '#tests/helpers/outbound-lab.ts'
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

  it('that a person skipped stay: they must not look as if they had been delivered', async (t) => {
    const clock = { ms: Date.now() }
    const lab = await openOutboundLab(openStore, t, {
      instance: { deliveryDays: 30, now: () => clock.ms },
      outbound: {
        async deliver(_session, { event }) {
          if (event.subject === 'held') throw refused()
        }
      }
    })
    await lab.send({ subject: 'a' }, { subject: 'held' })
    lab.run()
    await lab.states('delivered', 'dead')
    const [, dead] = await lab.rows()
    const name = { connector: lab.instance.name, event: dead?.hash ?? '' }
    await lab.acts.perform(operator, { act: 'skip', reason: 'a test' }, [name])
    clock.ms += 31 * dayMs
    await until(async () => (await lab.rows()).length === 1, 5000)
    await lab.states('skipped')
    const options = { ...lab, name: lab.instance.name, agency: lab.instance.agency }
    assert.deepEqual([...(await undeliveredAmong([1, 2], options))], [2])
  })
})
