import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { EventType } from '#bus/registry/event-types.ts'
import { flowTables } from '#consumers/flows/flow-tables.ts'
import { followFlows } from '#consumers/flows/follow.ts'
import { createPayloadReaders } from '#consumers/flows/payload-reader.ts'
import { createFlows, type FlowQuery, type FlowReader } from '#consumers/flows/read.ts'
import { createEntries } from '#consumers/inbox/entries.ts'
import { createExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { postgresConfig, startPostgres } from '#tests/helpers/servers/postgres.ts'
import { quantile } from '../compare/rounds.ts'
import { measureCost } from './cost.ts'
import { agencies, fill, longFlow, stateOfProvince } from './fill.ts'

/**
 * `npm run bench:flows -- --steps 1000000 --engine postgres`: fills an archive, makes the view of flows from it,
 * and searches it as an operator and as an agency. What it measures is time in this process, without HTTP.
 * `--folder F` keeps the archive on SQLite, and uses it again. `npm run bench:flows -- cost --rounds 5` measures
 * what the view costs a whole bus.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '1000000' },
    engine: { type: 'string', default: 'sqlite' },
    searches: { type: 'string', default: '1000' },
    folder: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' }
  }
})
const steps = Number(values.steps)
/** Archive, inboxes and view of one step. */
const bytesPerStep = 2500
/** Disk space left free. */
const spareBytes = 4e9
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const ends: (() => unknown)[] = []
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'lienthong-flows-'))
if (values.folder === undefined) ends.push(() => rmSync(folder, { recursive: true, force: true }))
try {
  if (positionals[0] === 'cost') {
    await measureCost({ rounds: Number(values.rounds), seconds: Number(values.seconds), say })
  } else {
    await measure(await openStore())
  }
} finally {
  for (const end of ends.toReversed()) await end()
}

async function openStore(): Promise<Store> {
  const parts = [archiveTables, inboxTables, recipientStatusTables, flowTables]
  if (values.engine === 'sqlite') {
    return openSqliteStore({ folder, parts, onFatal: () => process.exit(70) })
  }
  const server = await startPostgres({ after: (end) => void ends.push(end as () => unknown) })
  const config = postgresConfig(await server.newDatabase())
  return openPostgresStore({ config, parts, logger: createLogger({ level: 'error' }) })
}

async function measure(store: Store): Promise<void> {
  ends.push(() => store.close())
  const now = Date.now
  const example = (type: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas', `${type}.example.json`), 'utf8'))
  const archive = createArchive(store)
  if ((await archive.last())?.number !== steps) {
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < spareBytes + steps * bytesPerStep)
      throw new TypeError(`the disk has no room for ${steps} steps`)
    const filledAt = performance.now()
    await fill(store, steps, {
      document: example('document/issued.v1'),
      status: example('document/status-changed.v1')
    })
    say(`filled ${steps} steps in ${seconds(filledAt)} s`)
  }
  const state = stateOfProvince()
  for (const code of agencies) state.agencies.set(code, {} as never)
  const recipientStatuses = createRecipientStatuses({ store, archive, now })
  const expiryAndRecall = createExpiryAndRecall({ store, archive, recipientStatuses, now })
  const control = { state, sync: async () => {} }
  const inbox = createEntries({ store, control, recipientStatuses, expiryAndRecall, now })
  const types = new Map(
    shippedSchemas().map(({ type, text }) => [type, { type, codec: createPayloadCodec(text) } as EventType])
  )
  const eventTypes = { current: (type: string) => types.get(type) }
  const stuck = { stuckEvents: async () => [], stuckAmong: async () => new Set<number>() }
  const flows = createFlows({ store, archive, inbox, eventTypes, ...stuck, now })

  const usedBefore = process.cpuUsage()
  const builtAt = performance.now()
  const following = followFlows({
    ...{ store, archive, control, readers: createPayloadReaders(eventTypes), signals: createSignals() },
    hours: { hours: ['07:30-11:30', '13:30-17:00'], holidays: [], makeUpDays: [] },
    logger: createLogger({ level: 'error' })
  })
  while ((await flows.status()).behind > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  const built = (performance.now() - builtAt) / 1000
  const { user, system } = process.cpuUsage(usedBefore)
  await following.close()
  say(
    `made in ${built.toFixed(1)} s: ${Math.round(steps / built)} events/s, ${((user + system) / steps).toFixed(1)} µs of processor an event`
  )

  const agency = agencies[3] ?? ''
  const all: FlowReader = { agency: '/bus', seesAll: true }
  const some: FlowReader = { agency, seesAll: false }
  const any = (): number => 1 + Math.floor(Math.random() * steps)
  const queries: Readonly<Record<string, () => FlowQuery>> = {
    everything: () => ({}),
    'words, common': () => ({ q: 'quyết định về việc' }),
    'words, several': () => ({ q: 'thu hoi dat bao ve rung' }),
    'words, none': () => ({ q: 'khong co tu nao nhu the' }),
    number: () => ({ number: `${any()}/` }),
    'number, short': () => ({ number: '1' }),
    subject: () => ({ subject: `${agencies[any() % 120]},2026/11/24,${any()}` }),
    'identifier or words': () => ({ q: `${any()}/STNMT-VP` }),
    agency: () => ({ agency: agencies[any() % 120] ?? '' }),
    overdue: () => ({ state: 'overdue' }),
    'words and agency': () => ({ q: 'quyet dinh', agency: agencies[any() % 120] ?? '' }),
    'words, agency, state': () => ({ q: 'du lich', agency: agencies[any() % 120] ?? '', state: 'done' }),
    'words and time': () => ({
      q: 'nong nghiep',
      from: '2016-03-01T00:00:00.000Z',
      to: '2016-04-01T00:00:00.000Z'
    })
  }
  const everyMs: number[] = []
  for (const [name, query] of Object.entries(queries)) {
    for (const [who, reader] of [
      ['operator', all],
      ['agency', some]
    ] as const) {
      const ms: number[] = []
      let found = 0
      for (let count = 0; count < Number(values.searches) / 20; count += 1) {
        const at = performance.now()
        found += (await flows.search(reader, query(), { limit: 50 })).items.length
        ms.push(performance.now() - at)
      }
      everyMs.push(...ms)
      say(
        `search ${name}, ${who}: p50 ${quantile(ms, 0.5).toFixed(1)} ms, most ${Math.max(...ms).toFixed(1)} ms, ${(found / ms.length).toFixed(0)} flows`
      )
    }
  }
  say(
    `search, all: p50 ${quantile(everyMs, 0.5).toFixed(1)} ms, p99 ${quantile(everyMs, 0.99).toFixed(1)} ms`
  )
  for (const [who, reader] of [
    ['operator', all],
    ['agency', some]
  ] as const) {
    const ms: number[] = []
    for (let count = 0; count < 20; count += 1) {
      const at = performance.now()
      await flows.timeline(reader, longFlow, { after: 0, limit: 1000 })
      ms.push(performance.now() - at)
    }
    say(
      `timeline of 1,000 steps, ${who}: p50 ${quantile(ms, 0.5).toFixed(1)} ms, most ${Math.max(...ms).toFixed(1)} ms`
    )
  }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
