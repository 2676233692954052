import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { InboxTables } from '#consumers/inbox/inbox-tables.ts'
import { slicesLeft } from '#consumers/inbox/news.ts'
import { runSlices } from '#consumers/inbox/run-slices.ts'
import { type ProjectorTables, projectorTables } from '#consumers/projector/projector-tables.ts'
import { openQuarantine } from '#consumers/projector/quarantine.ts'
import { createSignals, type Signals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createMetrics } from '#engines/telemetry/metrics.ts'
import { openInboxes } from '../../helpers/inboxes.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'
import { until } from '../../helpers/until.ts'

const many = Array.from({ length: 400 }, (_one, index) => `R${index}`)

describeOnEveryStore('events that cannot be entered', (openStore) => {
  it('stop neither those of another agency nor recalls, and are entered once they can be', async (t) => {
    const { store, project, entries, expiryAndRecall } = await openInboxes(openStore, t, [projectorTables])
    for (const from of ['A', 'B', 'D'])
      await project(...Array.from({ length: 5 }, (_one, index) => ({ from, to: many, subject: `${index}` })))
    await project({ from: 'C', to: ['R0'], subject: 'x' })
    await project({ from: 'C', to: ['R0'], subject: 'x', type: 'document.recalled.v1' })
    const grants = await spoil(store, 'A')
    const lines: string[] = []
    const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })
    const quarantine = await openTestQuarantine(store)
    let failures = 0
    const counting: Store = {
      ...{
        reader: () => store.reader(),
        refuses: (error) => store.refuses(error),
        close: () => store.close()
      },
      transaction: (work, options) =>
        store.transaction(work, options).catch((error: unknown) => {
          failures += 1
          throw error
        })
    }
    const slices = runSlices({
      ...{ store: counting, quarantine, expiryAndRecall, logger },
      signals: createSignals(),
      now: Date.now
    })
    t.after(() => slices.close())
    const waiting = async () => {
      const rows = await store.reader<InboxTables>().selectFrom('inboxFanOut').select('sender').execute()
      return [...new Set(rows.map(({ sender }) => sender))].join()
    }
    await until(async () => (await waiting()) === 'A', 10_000)
    const recalls = () => store.reader<InboxTables>().selectFrom('inboxRecalls').selectAll().execute()
    await until(async () => (await recalls()).length === 0, 10_000)
    assert.match(slices.problem() ?? '', /JSON/)
    await until(() => failures >= 3, 10_000) // It is tried again every second.
    await setGrants(store, 'A', grants)
    await until(async () => (await entries('R1')).length === 15, 10_000)
    await until(() => slices.problem() === undefined, 10_000)
    const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg)
    assert.deepEqual(messages, [
      'events of A are not in all inboxes yet; see err; retrying every second',
      'events of A reach the inboxes again'
    ])
  })

  it('for one inbox are left out and told, also by two processes at once, and all others are entered', async (t) => {
    const { store, inbox, project, entries, expiryAndRecall } = await openInboxes(openStore, t, [
      projectorTables
    ])
    const sent = Array.from({ length: 7 }, (_one, index) => ({
      ...{ from: 'A', subject: `${index}` },
      to: index === 3 ? ['R0', 'taken', ...many.slice(1)] : many
    }))
    await project(...sent)
    const taken = { agency: 'taken', number: 1, event: 1, type: 'a.b.v1', agreement: null }
    await store.transaction((transaction) =>
      transaction
        .tables<InboxTables>()
        .insertInto('inboxEntries')
        .values({ ...taken, act: 1, bytes: 1, recordedAt: 0, expiresAt: null, ended: 0 })
        .execute()
    )
    const logger = createLogger({ level: 'silent' })
    const signals = createSignals()
    const processes = await Promise.all(
      [0, 1].map(async () => {
        const quarantine = await openTestQuarantine(store)
        const slices = runSlices({
          store,
          quarantine,
          expiryAndRecall,
          signals,
          logger,
          now: Date.now
        })
        t.after(() => slices.close())
        return { slices, quarantine }
      })
    )
    await until(async () => (await entries('R399')).length === 7, 20_000)
    const events = (await entries('R0')).map(({ event }) => Number(event))
    assert.deepEqual(events, [1, 2, 3, 4, 5, 6, 7], 'all, in their order')
    const rows = await store.reader<ProjectorTables>().selectFrom('projectorQuarantine').selectAll().execute()
    assert.deepEqual(
      rows.map(({ shard, position, topic }) => [shard, Number(position), topic]),
      [['inbox of taken', 4, 'lienthong.document']]
    )
    assert.match(rows[0]?.reason ?? '', /^it cannot be put into the inbox of taken: /)
    const event = rows[0]?.hash ?? ''
    assert.deepEqual(await inbox.leftOutOf([event, '0'.repeat(64)]), [{ event, agency: 'taken' }])
    assert.deepEqual(await inbox.leftOutOf(['0'.repeat(64)]), [])
    await until(() => processes.some(({ quarantine }) => quarantine.warning() !== undefined), 10_000)
    const warnings = processes.flatMap(({ quarantine }) => quarantine.warning() ?? [])
    for (const warning of warnings) assert.match(warning, /^1 accepted/)
    for (const { slices } of processes) await until(() => slices.problem() === undefined, 10_000)
  })
})

describeOnEveryStore('what is left to be done in slices', (openStore) => {
  it('is begun when it is signalled, and a recall when the events before it are entered', async (t) => {
    const { store, project, entries, expiryAndRecall } = await openInboxes(openStore, t, [projectorTables])
    let waiting = 0
    const signals = createSignals()
    const patient: Signals = {
      ...signals,
      wait: (names, seen, _ms, signal) => {
        waiting += 1
        return signals.wait(names, seen, 2 ** 31 - 1, signal)
      }
    }
    const slices = runSlices({
      ...{ store, expiryAndRecall, signals: patient, now: Date.now },
      quarantine: await openTestQuarantine(store),
      logger: createLogger({ level: 'silent' })
    })
    t.after(() => slices.close())
    await until(() => waiting === 2, 10_000)
    await project(...Array.from({ length: 5 }, (_one, at) => ({ from: 'A', to: many, subject: `${at}` })))
    await project({ from: 'A', to: many, subject: '0', type: 'document.recalled.v1' })
    signals.notify([slicesLeft])
    await until(async () => (await entries('R399')).length === 6, 20_000)
    const recalls = () => store.reader<InboxTables>().selectFrom('inboxRecalls').selectAll().execute()
    await until(async () => (await recalls()).length === 0, 20_000)
  })
})

const openTestQuarantine = (store: Store) =>
  openQuarantine({
    ...{ store, now: Date.now, logger: createLogger({ level: 'silent' }) },
    metrics: createMetrics({ ignoredActs: () => 0 })
  })

/** Makes a sender's waiting events unreadable; returns what they were. */
async function spoil(store: Store, sender: string): Promise<string> {
  const { grants } = await store
    .reader<InboxTables>()
    .selectFrom('inboxFanOut')
    .select('grants')
    .where('sender', '=', sender)
    .limit(1)
    .executeTakeFirstOrThrow()
  await setGrants(store, sender, '[')
  return grants
}

function setGrants(store: Store, sender: string, grants: string): Promise<unknown> {
  return store.transaction((transaction) =>
    transaction
      .tables<InboxTables>()
      .updateTable('inboxFanOut')
      .set({ grants })
      .where('sender', '=', sender)
      .execute()
  )
}
