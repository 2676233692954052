import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { type BusProcess, startBus } from '../bus-process.ts'
import type { History } from '../history.ts'
import { historyOf, pause, startLoad } from '../load.ts'
import { makeProvince } from '../province.ts'
import { connectorName, openOutside } from './outside.ts'
import { readLag, readProcess, type Sample } from './samples.ts'

/** Each group: one agency sends to the nine others. */
const groups = Array.from({ length: 5 }, (_unused, group) =>
  Array.from({ length: 10 }, (_empty, at) => `000.${String(group).padStart(2, '0')}.${10 + at}.H03`)
)
const perSecondOfGroup = 12
const lanes = 4
const sampleEveryMs = 10_000
const restartEveryMs = 15_000
const quietMs = 1500

export interface Soaked {
  readonly histories: readonly History[]
  readonly samples: readonly Sample[]
  /** Those of the last process after its first third. */
  readonly steady: readonly Sample[]
  readonly done: string
  readonly problems: readonly string[]
}

export interface SoakOptions {
  readonly folder: string
  readonly minutes: number
  /** For so long the bus is ended again and again; then one process runs, with restarts of what is around it. */
  readonly restartMinutes: number
  readonly tell: (line: string) => void
}

export async function runSoak({ folder, minutes, restartMinutes, tell }: SoakOptions): Promise<Soaked> {
  const [port, managementPort] = [await freePort(), await freePort()]
  const outside = await openOutside()
  // By the environment, which threads have too.
  const environment = { NODE_OPTIONS: `--require=${join(import.meta.dirname, 'collect-garbage.ts')}` }
  const begin = async (config?: string): Promise<BusProcess> => {
    const bus = await startBus({ folder, port, managementPort, environment, ...(config && { config }) })
    assert.ok(bus, 'the bus did not start')
    return bus
  }
  let bus = await begin()
  const clients = await makeProvince(bus.gateway, folder, { codes: groups.flat() })
  const operator = await createClient({
    ...{ gateway: bus.gateway, system: '/bus/systems/operator' },
    key: (await readKey(keyFiles(folder).operator)).privateJwk
  })
  const collecting = groups[0]?.[1] ?? ''
  const config = outside.configFor(folder, collecting)
  await end(bus, 'SIGTERM')
  bus = await begin(config)

  let quiet: PromiseWithResolvers<void> | undefined
  const gate = async (): Promise<void> => quiet?.promise
  const loads = groups.map(([sender = '', ...recipients]) => {
    const own = new Map([...clients].filter(([code]) => code === sender || recipients.includes(code)))
    const options = { lanes, perSecond: perSecondOfGroup, isPatient: true, recipients, gate }
    return { recipients, load: startLoad(own, clients.get(sender) as Client, options) }
  })
  const samples: Sample[] = []
  const counts = { SIGTERM: 0, SIGKILL: 0, readers: 0, connector: 0, acts: 0 }
  const beganAt = performance.now()
  const seconds = (): number => (performance.now() - beganAt) / 1000
  let life = 0

  const sample = async (): Promise<void> => {
    const lag = await readLag(managementPort)
    quiet = Promise.withResolvers<void>()
    await pause(quietMs)
    process.kill(bus.pid, 'SIGWINCH')
    await pause(quietMs / 3)
    samples.push({ at: seconds(), life, lag, ...readProcess({ pid: bus.pid, folder, port }) })
    quiet.resolve()
    quiet = undefined
  }
  const act = async (): Promise<void> => {
    const code = groups[counts.acts % groups.length]?.[0] ?? ''
    const resource = `/agencies/${code}`
    const { last } = (await operator.get(`/v1/agencies/${code}`)) as { readonly last: string }
    const body = { act: 'agency.changed', resource, name: `Cơ quan ${counts.acts}`, previous: last }
    await operator.act('/v1/agencies', body)
    counts.acts += 1
  }
  const around = [
    async () => {
      for (const { load } of loads) load.restartReaders()
      counts.readers += 1
    },
    async () => {
      await operator.act('/v1/connectors', { act: 'restart', connector: connectorName })
      counts.connector += 1
    }
  ]
  const busRestarts = (['SIGTERM', 'SIGKILL'] as const).map((signal) => async () => {
    await end(bus, signal)
    life += 1
    bus = await begin(config)
    counts[signal] += 1
  })

  const problems: string[] = []
  let [sampleAt, restartAt, restarts] = [0, restartEveryMs, 0]
  const totalMs = minutes * 60_000
  while (performance.now() - beganAt < totalMs) {
    const passed = performance.now() - beganAt
    const what = passed < restartMinutes * 60_000 ? [...busRestarts, ...around] : around
    try {
      if (passed >= restartAt) {
        await what[restarts % what.length]?.()
        restarts += 1
        restartAt = passed + restartEveryMs
      }
      await act()
    } catch (error) {
      problems.push(`after ${Math.round(passed / 1000)} s: ${error}`)
    }
    if (passed >= sampleAt) {
      await sample()
      sampleAt = passed + sampleEveryMs
      const { at, rssMb, descriptors, walMb, lag } = samples.at(-1) as Sample
      tell(
        `${at.toFixed(0)} s: ${rssMb.toFixed(0)} MB, ${descriptors} descriptors, WAL ${walMb.toFixed(1)} MB, lag ${lag}`
      )
    }
    await pause(500)
  }
  const histories = await Promise.all(
    loads.map(async ({ load, recipients }) => {
      await load.finish(120_000)
      return historyOf(load, clients, recipients)
    })
  )
  const expected = histories[0]?.acknowledged ?? []
  const until = performance.now() + 60_000
  const undelivered = (): number => expected.filter(({ hash }) => !outside.given.has(hash)).length
  while (undelivered() > 0 && performance.now() < until) await pause(200)
  if (undelivered() > 0) problems.push(`the connector did not deliver ${undelivered()} events`)
  await end(bus, 'SIGTERM')
  await outside.close()
  const repeated = [...outside.given.values()].filter((times) => times > 1).length
  const last = samples.filter((one) => one.life === life)
  const steadyFrom = (last[0]?.at ?? 0) + (seconds() - (last[0]?.at ?? 0)) / 3
  return {
    histories,
    samples,
    steady: last.filter(({ at }) => at >= steadyFrom),
    done: `${Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}; the connector delivered ${expected.length}, ${repeated} of them again under the same key`,
    problems
  }
}

async function end(bus: BusProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  process.kill(bus.pid, signal)
  await bus.ended
}
