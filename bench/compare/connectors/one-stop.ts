import { setTimeout as pause } from 'node:timers/promises'
import { dossier } from '#connectors/one-stop/fixtures/records.ts'
import { type OneStopServer, startOneStopServer } from '#deploy/outsides/one-stop/one-stop-server.ts'
import { recipientCodes, senderCode } from '#tests/faults/province.ts'
import { call, type DialectRecord, draftOf, logIn, toLocalTime } from '../baselines/bare-one-stop.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, type Sides } from '../rounds.ts'
import { type KindScene, openKindScene } from './kind-scene.ts'

const keys = [
  'one-stop-client-in',
  'one-stop-client-out',
  'one-stop-server-in',
  'one-stop-server-out'
] as const
const access = { user: 'bench', password: 'known to everyone' }
const [, calling, called] = recipientCodes
const inFlight = 64
const pageSize = 100
/** Events of a round per second of its duration. */
const perSecond = 1000

/** How fast dossiers come from one-stop systems and go to them, in the national sync dialect. */
export async function oneStopRows(options: MeasureOptions): Promise<readonly Measured[]> {
  const wanted = keys.filter((key) => options.rows.includes(key))
  if (wanted.length === 0) return []
  const [asked, written, bare] = await Promise.all([0, 1, 2].map(() => startOneStopServer(access)))
  if (!asked || !written || !bare) throw new TypeError('a server did not start')
  const client = ({ url }: OneStopServer, more: object): object => ({
    client: { baseUrl: url, ...access, ...more }
  })
  const network = { allowPlainHttp: true, allowPrivateAddresses: true }
  const common = { kind: 'one-stop', changes: { network, maxInFlight: inFlight } }
  const scene = await openKindScene(
    [
      { ...common, name: 'asks', code: senderCode, settings: client(asked, { overlapSeconds: 0 }) },
      { ...common, name: 'writes', code: calling, settings: client(written, { poll: 'no' }) },
      { ...common, name: 'takes', code: senderCode, settings: { server: access } },
      { ...common, name: 'gives', code: called, settings: { server: access } }
    ],
    ['dossier.received.v1']
  )
  try {
    const sides = sidesOf({ scene, asked, written, bare, count: Math.ceil(options.seconds * perSecond) })
    const measured: Measured[] = []
    for (const key of wanted) {
      const pairs = await interleaved(sides[key], options.rounds)
      measured.push(reported(options, { key, ...compare(pairs) }))
    }
    return measured
  } finally {
    await scene.end()
    await Promise.all([asked, written, bare].map((server) => server.close()))
  }
}

interface Places {
  readonly scene: KindScene
  /** Servers of the instances that call one, and of the loops. */
  readonly asked: OneStopServer
  readonly written: OneStopServer
  readonly bare: OneStopServer
  readonly count: number
}

function sidesOf(places: Places): Readonly<Record<(typeof keys)[number], Sides>> {
  const { scene, asked, written, bare, count } = places
  let made = 0
  const record = (): DialectRecord => {
    made += 1
    return { ...dossier, MaHoSo: `${senderCode}-261122-${String(made).padStart(7, '0')}` }
  }
  const records = (): readonly DialectRecord[] => Array.from({ length: count }, record)
  const draftsFor = (code: string) => records().map((one) => ({ ...draftOf(one), recipients: [code] }))
  return {
    'one-stop-client-in': {
      ours() {
        const hasBegun = nextCall(asked)
        records().forEach(asked.put)
        return scene.inward(count, hasBegun)
      },
      async baseline() {
        await pause(1000) // The dialect knows seconds: what was there before is not given again.
        const since = toLocalTime(new Date().toISOString())
        records().forEach(bare.put)
        return scene.bare('one-stop-client-in', { count, url: bare.url, ...access, since })
      }
    },
    'one-stop-client-out': {
      ours: () => scene.outward('writes', draftsFor(calling), nextCall(written)),
      baseline: () =>
        scene.bare('one-stop-client-out', {
          ...{ count, url: bare.url, ...access, inFlight, records: [record()] }
        })
    },
    'one-stop-server-in': {
      async ours() {
        const serve = await openCaller(scene, 'takes')
        const sent = records()
        const measured = scene.inward(count, () => true)
        for (let at = 0; at < count; at += pageSize)
          await serve({ service: 'DongBoHoSoMC', isUpdating: 'False', data: sent.slice(at, at + pageSize) })
        return measured
      },
      baseline: () =>
        scene.bare('one-stop-server-in', { count, records: Array.from({ length: pageSize }, record) })
    },
    'one-stop-server-out': {
      async ours() {
        await scene.publishAll(draftsFor(called))
        return scene.measured(count, () => collect(scene, count))
      },
      async baseline() {
        const since = new Date().toISOString()
        await scene.publishAll(draftsFor(called))
        const sample = await scene.bare('one-stop-server-out', { count, code: called, since })
        await collect(scene, count) // They wait for the instance as well.
        return sample
      }
    }
  }
}

/** Whether a server was called since now. */
function nextCall({ calls }: OneStopServer): () => boolean {
  const before = calls.length
  return () => calls.length > before
}

/** A system that calls an instance. */
async function openCaller({ bus }: KindScene, instance: string) {
  const url = `${bus.gateway}/v1/connectors/${instance}/receive`
  const session = await logIn({ url, ...access })
  return async (body: object): Promise<Served> => {
    const answer = await call<Served>(`${url}/mapi`, { session, ...body })
    if (answer.error_code !== 0) throw new TypeError(JSON.stringify(answer))
    return answer
  }
}

interface Served {
  readonly error_code: number
  readonly result: readonly object[]
  readonly vitri: string
}

/** Collects what waits, and says so; returns how many seconds it took. */
async function collect(scene: KindScene, count: number): Promise<number> {
  const serve = await openCaller(scene, 'gives')
  const began = performance.now()
  let vitri = ''
  for (let collected = 0; ; ) {
    const found = await serve({ service: 'TraCuuHoSo', sodong: pageSize, vitri })
    collected += found.result.length
    vitri = found.vitri
    if (found.result.length === 0 && collected >= count) return (performance.now() - began) / 1000
  }
}
