import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { type AgencyEntry, emptyControlState, type Span } from '#bus/control/control-state.ts'
import { watchBacklogs } from '#consumers/inbox/backlog.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { openInboxes } from '../../helpers/inboxes.ts'
import { describeOnEveryStore, type OpenStore } from '../../helpers/stores.ts'
import { until } from '../../helpers/until.ts'

const limitMs = 30_000

async function openBacklogs(open: OpenStore, t: TestContext) {
  const inboxes = await openInboxes(open, t)
  const state = emptyControlState()
  for (const code of ['A', 'B', 'C']) {
    const span: Span = { from: 0, to: undefined }
    state.agencies.set(code, { code, open: span } as AgencyEntry)
  }
  const logger = createLogger({ level: 'silent' })
  const backlogs = watchBacklogs({ ...inboxes, control: { state }, logger, now: Date.now, everyMs: 20 })
  t.after(() => backlogs.close())
  /** Waits until the agencies have so many undelivered, the one that waits longest first. */
  const become = async (expected: readonly (readonly [string, number])[]): Promise<void> => {
    const shown = () => backlogs.current().map(({ agency, undelivered }) => [agency, undelivered])
    await until(() => JSON.stringify(shown()) === JSON.stringify(expected), limitMs)
  }
  return { ...inboxes, state, backlogs, become }
}

describeOnEveryStore('backlog of agencies', (open) => {
  it('names who waits longest first, and ends with what is delivered, also out of order', async (t) => {
    const { project, recipientStatuses, backlogs, become } = await openBacklogs(open, t)
    const [one, two, three] = await project(
      { from: 'A', to: ['B'], recordedTime: '2026-11-27T08:00:00.000Z' },
      { from: 'A', to: ['B', 'C'], recordedTime: '2026-11-27T09:00:00.000Z' },
      { from: 'A', to: ['B'], recordedTime: '2026-11-27T10:00:00.000Z' }
    )
    await become([
      ['B', 3],
      ['C', 1]
    ])
    assert.equal(backlogs.current()[0]?.oldestAt, Date.parse('2026-11-27T08:00:00.000Z'))
    const deliver = (...events: readonly (typeof one)[]) =>
      recipientStatuses.markDelivered(
        { agency: 'B', system: '/agencies/B/systems/qlvb' },
        events.map((event) => event?.number ?? 0)
      )
    await deliver(two)
    await become([
      ['B', 2],
      ['C', 1]
    ])
    await deliver(one, three)
    await become([['C', 1]])
    await project({ from: 'A', to: ['B'], recordedTime: '2026-11-27T11:00:00.000Z' })
    await become([
      ['C', 1],
      ['B', 1]
    ])
  })

  it('counts all of a long one, and none of an agency that is closed', async (t) => {
    const { project, state, become } = await openBacklogs(open, t)
    await project(...Array.from({ length: 700 }, () => ({ from: 'A', to: ['C'] })))
    await become([['C', 700]])
    const closed: Span = { from: 0, to: 5 }
    state.agencies.set('C', { code: 'C', open: closed } as AgencyEntry)
    await become([])
  })
})
