import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import type { ConnectorControlTables } from '#connectors/host/control/control-tables.ts'
import { json, startApi } from '#connectors/rest/fixtures/small-api.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { callTimeoutMs } from '#protocol/timing/with-timeout.ts'
import { lienthong, startApart } from '#tests/faults/bus-process.ts'
import { describeOnServers } from '#tests/helpers/engine-sets.ts'
import {
  type HostLab,
  itemOf,
  newInstanceName,
  openHostLab,
  outsideOf,
  until
} from '#tests/helpers/host-lab.ts'
import { exampleDocument, systemOf } from '#tests/helpers/test-bus.ts'

const limitMs = 60_000
const subjects = 6
const events = 30

/** An outside that keeps what it is given. `holds` lets it keep an event without answering. */
async function startOutside(t: TestContext, holds: (subject: string, given: number) => boolean) {
  const given: { readonly hash: string; readonly subject: string }[] = []
  const unanswered: ServerResponse[] = []
  const lookedUp = new Set<string>()
  const { url } = await startApi(t, (request, response) => {
    if (request.method === 'GET') {
      const hash = request.url.slice('/events/'.length)
      if (hash !== '') lookedUp.add(hash)
      return json(response, given.some((one) => one.hash === hash) ? 200 : 404, {})
    }
    const { subject } = JSON.parse(request.body) as { readonly subject: string }
    given.push({ hash: String(request.headers['idempotency-key']), subject })
    if (holds(subject, given.length)) unanswered.push(response)
    else json(response, 201, {})
  })
  return { url, given, unanswered, lookedUp }
}

/** An instance of B that posts documents, and asks for them by their hash if it can. */
function posting(lab: HostLab, name: string, baseUrl: string, canLookUp: boolean): object {
  const request = { type: 'document.issued.v1', path: '/events', body: '{ "subject": subject }' }
  const lookUp = canLookUp ? { lookUp: { path: '/events/{hash}' } } : {}
  return lab.instance(name, {
    ...{ kind: 'rest', system: systemOf('B'), keyFile: lab.keyFileOf('B'), start: 'beginning' },
    settings: {
      ...{ baseUrl, allowPlainHttp: true, allowPrivateAddresses: true },
      deliver: { requests: [{ ...request, ...lookUp, sample: exampleDocument }] }
    }
  })
}

describeOnServers('a process of connectors that is killed', {}, (_servers, engines) => {
  it('is followed by another one, which loses nothing and does nothing twice', async (t) => {
    const lab = await openHostLab(t, engines)
    const [from, asks, doubts] = [newInstanceName(), newInstanceName(), newInstanceName()]
    let isKilled = false
    const holds = (subject: string, count: number): boolean =>
      !isKilled && (subject === 'case-0' || count > events / 2)
    const asked = await startOutside(t, holds)
    const silent = await startOutside(t, holds)
    const outbound = [posting(lab, asks, asked.url, true), posting(lab, doubts, silent.url, false)]
    const config = join(lab.folder, 'apart.yaml')
    const gateway = { publicUrl: 'https://bus.example' }
    const settings = { ...(await engines.settingsFor(lab.folder)), gateway, connectors: outbound }
    writeFileSync(config, JSON.stringify(settings), { mode: 0o600 })
    const apart = await startApart({
      command: [...lienthong, 'connectors', '--config', config, '--management-port', '0'],
      runs: /management: (\S+)\)/
    })
    assert.ok(apart)
    t.after(apart.kill)
    await until(async () => (await running(lab)).length === 2, limitMs)

    let ahead = 0
    const host = await lab.start(outbound, { steadyNow: () => steadyNow() + ahead })
    for (let index = 0; index < events; index += 1) {
      const item = itemOf(`case-${index % subjects}`, { causationid: String(index) })
      outsideOf(from).items.push({ ...item, reference: String(index) })
    }
    await lab.start([lab.instance(from)])
    await until(() => [asked, silent].every(({ unanswered }) => unanswered.length >= 2), limitMs)
    assert.deepEqual([host.find(asks), host.find(doubts)], [undefined, undefined])
    apart.kill()
    assert.equal(await apart.ended, 'SIGKILL')
    isKilled = true

    const deliveries = async (name: string, isWanted: (state: string) => boolean) =>
      (await lab.deliveries()).filter(({ instance, state }) => instance === name && isWanted(state))
    const open = (name: string) => deliveries(name, (state) => state !== 'delivered')
    const inDoubt = (name: string) => deliveries(name, (state) => state === 'in-doubt')
    await until(async () => (await inDoubt(asks)).some(({ subject }) => subject === 'case-0'), limitMs)
    assert.equal(asked.lookedUp.size, 0, 'an attempt of the killed process could still run')
    await until(async () => (await lab.deliveries()).length === 2 * events, limitMs)
    await until(async () => {
      ahead += callTimeoutMs // Again and again: on a busy machine the lease may be lost once more.
      lab.core.signals.notifyAll() // The host sleeps by the real clock.
      return (await open(asks)).length === 0
    }, limitMs)
    assert.deepEqual([asked.given.length, distinct(asked.given)], [events, events])

    // Every line goes on but those of which a person must say whether the outside has their event.
    const doubtful = await inDoubt(doubts)
    const held = new Set(doubtful.map(({ subject }) => subject))
    assert.ok(held.has('case-0'))
    await until(async () => (await open(doubts)).every(({ subject }) => held.has(subject)), limitMs)
    assert.equal(distinct(silent.given), silent.given.length)
    const unknown = silent.given.length - (await deliveries(doubts, (state) => state === 'delivered')).length
    assert.ok(unknown >= 1 && unknown <= doubtful.length, `${unknown} of ${doubtful.length} in doubt arrived`)
  })
})

function distinct(given: readonly { readonly hash: string }[]): number {
  return new Set(given.map(({ hash }) => hash)).size
}

/** Names of instances that a process reports as running. */
async function running(lab: HostLab): Promise<readonly string[]> {
  const rows = await lab.core.store
    .reader<ConnectorControlTables>()
    .selectFrom('connectorStatuses')
    .select('instance')
    .where('state', '=', 'running')
    .execute()
  return rows.map(({ instance }) => instance)
}
