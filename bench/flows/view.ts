import { statfsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Archive, createArchive } from '#bus/archive/archive.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { EventType } from '#bus/registry/event-types.ts'
import { type FollowOptions, followFlows } from '#consumers/flows/follow.ts'
import { createPayloadReaders } from '#consumers/flows/payload-reader.ts'
import { createFlows, type FlowQuery, type FlowReader, type Flows } from '#consumers/flows/read.ts'
import { createEntries } from '#consumers/inbox/entries.ts'
import { createExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import { createSignals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { exampleData } from '#tests/helpers/example-data.ts'
import type { Figure } from '../compare/flows-figures.ts'
import { quantile } from '../compare/rounds.ts'
import { agencies, fill, longFlow, stateOfProvince } from './fill.ts'

export interface ViewOptions {
  readonly engine: string
  /** Where the disk must have space. */
  readonly folder: string
  /** Steps that an empty archive is filled with. */
  readonly steps: number
  readonly searches: number
  readonly say: (line: string) => void
}

/** Archive, inboxes and view of one step, on the larger of the engines. */
const bytesPerStep = 3000
/** Disk space left free. */
const spareBytes = 4e9

const agency = agencies[3] ?? ''
const readers: Readonly<Record<string, FlowReader>> = {
  operator: { agency: '/bus', seesAll: true },
  agency: { agency, seesAll: false }
}

export type Stores = Pick<FollowOptions, 'store' | 'workingStore'>

/** Makes the view from an archive, and searches it. */
export async function measureView(stores: Stores, options: ViewOptions): Promise<readonly Figure[]> {
  const { store } = stores
  const archive = createArchive(store)
  const steps = await filled(store, archive, options)
  const { flows, follow } = openView(stores, archive)
  const named = (what: string): string =>
    `${what}, ${steps.toLocaleString('en')} steps, ${options.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`
  return [
    ...(await measureMaking(flows, follow, steps)).map((one) => ({ ...one, what: named(one.what) })),
    { ...(await measureSearches(flows, steps, options)), what: named('search') },
    { ...(await measureTimeline(flows)), what: named('timeline of 1,000 steps') }
  ]
}

async function filled(store: Store, archive: Archive, { folder, steps, say }: ViewOptions): Promise<number> {
  const last = await archive.last()
  if (last) return last.number
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < spareBytes + steps * bytesPerStep) {
    throw new TypeError(`the disk has no room for ${steps} steps`)
  }
  const began = performance.now()
  const examples = {
    document: exampleData('document/issued.v1'),
    status: exampleData('document/status-changed.v1')
  }
  const count = await fill(store, steps, examples)
  say(`filled ${count} steps in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  return count
}

function openView(stores: Stores, archive: Archive) {
  const { store } = stores
  const now = Date.now
  const state = stateOfProvince()
  for (const code of agencies) state.agencies.set(code, {} as never)
  const recipientStatuses = createRecipientStatuses({ store, now })
  const expiryAndRecall = createExpiryAndRecall({ store, archive, recipientStatuses, settledNow: now })
  const control = { state, sync: async () => {} }
  const inbox = createEntries({ store, control, recipientStatuses, expiryAndRecall, now })
  const types = new Map(
    shippedSchemas().map(({ type, text }) => [type, { type, codec: createPayloadCodec(text) } as EventType])
  )
  const eventTypes = { current: (type: string) => types.get(type) }
  const stuck = { stuckEvents: async () => [], stuckAmong: async () => new Set<number>() }
  const flows = createFlows({ store, archive, inbox, eventTypes, ...stuck, now })
  const follow = () =>
    followFlows({
      ...{ ...stores, archive, control, readers: createPayloadReaders(eventTypes), signals: createSignals() },
      hours: { hours: ['07:30-11:30', '13:30-17:00'], holidays: [], makeUpDays: [] },
      now: Date.now,
      logger: createLogger({ level: 'error' })
    })
  return { flows, follow }
}

async function measureMaking(
  flows: Flows,
  follow: ReturnType<typeof openView>['follow'],
  steps: number
): Promise<readonly Figure[]> {
  const { behind } = await flows.status()
  const used = process.cpuUsage()
  const began = performance.now()
  const following = follow()
  while ((await flows.status()).behind > 0) await pause(50)
  const rate = (1000 * behind) / (performance.now() - began)
  const { user, system } = process.cpuUsage(used)
  await following.close()
  if (behind < steps) return [] // An earlier run made it, or some of it.
  const micros = ((user + system) / steps).toFixed(0)
  return [
    {
      what: 'making the view',
      measured: `${rate.toFixed(0)} events/s, ${micros} µs of processor an event`,
      bound: '≥ 20,000 events/s'
    }
  ]
}

function queriesOf(steps: number): Readonly<Record<string, () => FlowQuery>> {
  const any = (): number => 1 + Math.floor(Math.random() * steps)
  return {
    everything: () => ({}),
    'words, common': () => ({ q: 'quyết định về việc' }),
    'words, several': () => ({ q: 'thu hoi dat bao ve rung' }),
    'words, none': () => ({ q: 'khong co tu nao nhu the' }),
    number: () => ({ number: `${any()}/` }),
    'number, short': () => ({ number: '1' }),
    subject: () => ({ subject: `${agencies[any() % 120]},2026/11/24,${any() % 1000}` }),
    'identifier or words': () => ({ q: `${any()}/STNMT-VP` }),
    agency: () => ({ agency: agencies[any() % 120] ?? '' }),
    overdue: () => ({ state: 'overdue' }),
    'words and agency': () => ({ q: 'quyet dinh', agency: agencies[any() % 120] ?? '' }),
    'words, agency, state': () => ({ q: 'du lich', agency: agencies[any() % 120] ?? '', state: 'done' }),
    'words and time': () => ({
      q: 'nong nghiep',
      from: '2015-03-01T00:00:00.000Z',
      to: '2015-04-01T00:00:00.000Z'
    })
  }
}

async function measureSearches(
  flows: Flows,
  steps: number,
  { searches, say }: ViewOptions
): Promise<Omit<Figure, 'what'>> {
  const queries = Object.entries(queriesOf(steps))
  const all: number[] = []
  for (const [name, query] of queries) {
    for (const [who, reader] of Object.entries(readers)) {
      let found = 0
      const ms = await times(searches / queries.length / 2, async () => {
        found += (await flows.search(reader, query(), { limit: 50 })).items.length
      })
      all.push(...ms)
      say(`search, ${name}, ${who}: ${spread(ms)}, ${(found / ms.length).toFixed(1)} flows`)
    }
  }
  return { measured: spread(all), bound: 'p99 ≤ 50 ms' }
}

async function measureTimeline(flows: Flows): Promise<Omit<Figure, 'what'>> {
  const all: number[] = []
  for (const reader of Object.values(readers)) {
    all.push(...(await times(50, () => flows.timeline(reader, longFlow, { after: 0, limit: 1000 }))))
  }
  return { measured: spread(all), bound: 'p99 ≤ 100 ms' }
}

async function times(count: number, run: () => Promise<unknown>): Promise<readonly number[]> {
  const ms: number[] = []
  while (ms.length < count) {
    const began = performance.now()
    await run()
    ms.push(performance.now() - began)
  }
  return ms
}

function spread(ms: readonly number[]): string {
  const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)].map((one) => one.toFixed(1))
  return `p50 ${p50} ms, p99 ${p99} ms, most ${Math.max(...ms).toFixed(1)} ms`
}
