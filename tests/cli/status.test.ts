import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BusStatus, ConnectorStatus } from '#cli/read-status.ts'
import { statusLines } from '#cli/status-lines.ts'
import { version } from '#runtime/version.ts'
import { oneLine, runAs, startOperator } from '../helpers/operator.ts'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { codes } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const now = Date.parse('2026-11-27T12:00:00Z')
const minutesAgo = (minutes: number): string => new Date(now - minutes * 60_000).toISOString()
const counts = { toPublish: 0, quarantined: 0, waiting: 0, dead: 0, inDoubt: 0 }
const connector = (changes: Partial<ConnectorStatus>): ConnectorStatus => ({
  ...{ name: 'one', kind: 'rest', state: 'running', since: minutesAgo(1), counts },
  ...changes
})
const none = { count: 0, isMore: false }
const healthy: BusStatus = {
  ...{ gateway: 'http://bus', answerMs: 1, connectors: [], inboxes: [], behind: 0 },
  ...{ overdue: none, stuck: none }
}

/** What needs a person in a healthy status but for some changes. */
function needs(changes: Partial<BusStatus>): readonly string[] {
  const lines = statusLines({ ...healthy, ...changes }, 'en', now)
  return lines.filter(({ kind }) => kind === 'need').map(({ text }) => text)
}

describe('lienthong status', () => {
  it('shows what waits and fails, ends with 1 when a person is needed, and with 0 when nobody is', async (t) => {
    const { bus, run } = await startOperator(t)
    const quiet = await run('status', '--management-url', bus.bus.managementUrl)
    assert.equal(quiet.code, 0, quiet.stdout)
    assert.match(
      quiet.stdout,
      new RegExp(`^Gateway ${bus.url}: answers in \\d+ ms\nBus: version ${version}, ready`)
    )
    assert.match(quiet.stdout, /^Alerts: 0$/m)
    assert.match(quiet.stdout, /\nNothing needs a person\.\n$/)
    await bus.clients.A.publish(bus.document())
    const waits = new RegExp(`^ {4}Cơ quan B \\(${codes.B}\\): 1 not taken, the oldest since `, 'm')
    await until(async () => waits.test((await run('status')).stdout), 20_000)
    assert.match((await run('status', '--lang', 'vi')).stdout, /^Hộp thư: 1 sự kiện chưa nhận, ở 1 cơ quan$/m)
    const away = await run('status', '--management-url', 'http://127.0.0.1:9')
    assert.equal(away.code, 1)
    assert.match(away.stdout, /^ {2}! The management port http:\/\/127\.0\.0\.1:9 does not answer/m)
    assert.match(oneLine(await run('status', '--lang', 'fr')), /--lang/)
  })

  it('names the deliveries that a person must see to, also to the agency whose they are', async (t) => {
    const { bus } = await startRegistryBus(t)
    await bus.clients.A.publish(bus.document())
    const asB = runAs(bus, 'B')
    const needy =
      /^Connectors: 1 of 1 running\nDeliveries: 0 waiting, 1 dead, 0 in doubt\n {2}! registry-b: 1 dead\. See: lienthong deliveries list --connector registry-b --state dead$/m
    let stdout = ''
    // The host writes down the states of its connectors once a second, a delivery's when it changes.
    await until(async () => {
      stdout = (await asB('status')).stdout
      return needy.test(stdout)
    }, 20_000)
    assert.match(stdout, /\nNeeds a person: \d, marked with !\n$/)
    const { needs, connectors } = JSON.parse((await asB('status', '--json')).stdout)
    assert.match(needs[0], /^registry-b: 1 dead/)
    assert.equal(connectors[0].counts.dead, 1)
    assert.equal((await runAs(bus, 'C')('status')).code, 0)
  })
})

describe('a person is needed', () => {
  it('for a connector that is down for 15 minutes, misconfigured, lost, or paused by nobody', () => {
    const down = (changes: Partial<ConnectorStatus>) => needs({ connectors: [connector(changes)] }).length
    assert.equal(down({ state: 'failing', since: minutesAgo(14) }), 0)
    assert.equal(down({ state: 'failing', since: minutesAgo(16) }), 1)
    assert.equal(down({ state: 'misconfigured' }), 1)
    assert.equal(down({ state: 'lost' }), 1)
    assert.equal(down({ state: 'paused', pausedBy: '/bus/systems/operator' }), 0)
    assert.equal(down({ state: 'paused' }), 1)
  })

  it('for what is dead, in doubt or quarantined, not for what waits', () => {
    const open = (changes: object) =>
      needs({ connectors: [connector({ counts: { ...counts, ...changes } })] })
    assert.deepEqual(open({ waiting: 9 }), [])
    assert.match(open({ dead: 1 }).join(), /^one: 1 dead\./)
    assert.match(open({ inDoubt: 2 }).join(), /^one: 2 in doubt\./)
    assert.match(open({ quarantined: 3 }).join(), /^one: 3\. See: lienthong quarantine list --connector one$/)
  })

  it('for an agency that has taken nothing for two days, also beyond the first ten, and for cases', () => {
    const inbox = (hours: number, agency = codes.B) => ({
      ...{ agency, name: 'B', backlog: 1 },
      oldestUnread: { at: minutesAgo(hours * 60) }
    })
    assert.equal(needs({ inboxes: [inbox(47)] }).length, 0)
    assert.equal(needs({ inboxes: [inbox(49)] }).length, 1)
    const many = Array.from({ length: 12 }, () => inbox(49))
    assert.match(needs({ inboxes: many }).at(-1) ?? '', /^and 2 other agencies/)
    assert.deepEqual(needs({ overdue: { count: 1, isMore: false } }), ['See: lienthong stuck'])
    assert.deepEqual(needs({ stuck: { count: 100, isMore: true } }), ['See: lienthong stuck'])
  })

  it('for an alert that fires and a process that is not ready', () => {
    const alert = {
      alert: 'X',
      severity: 'warning',
      since: minutesAgo(1),
      summary: 'Disk full.',
      action: 'Empty it.'
    }
    const management = {
      url: 'http://m',
      version: '1',
      status: 'degraded',
      alerts: [],
      problems: [{ name: 'disk', text: 'full' }]
    }
    assert.deepEqual(needs({ management }), [])
    assert.deepEqual(needs({ management: { ...management, status: 'not ready' } }), ['disk: full'])
    const firing = { ...management, alerts: [{ ...alert, state: 'firing' }] as never }
    assert.deepEqual(needs({ management: firing }), ['X: Disk full. Empty it.'])
    assert.deepEqual(
      needs({ management: { ...management, alerts: [{ ...alert, state: 'pending' }] as never } }),
      []
    )
  })
})
