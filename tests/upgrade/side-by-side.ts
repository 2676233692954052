import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { startTraffic } from '../containers/traffic.ts'
import type { ApartProcess } from '../faults/bus-process.ts'
import { startBalancer } from '../faults/kafka/balancer.ts'
import { prepareEngines } from '../helpers/engine-sets.ts'
import { allStarted } from '../helpers/servers/cleanup.ts'
import { startKafka } from '../helpers/servers/kafka.ts'
import { startPostgres } from '../helpers/servers/postgres.ts'
import { startVersityGateway } from '../helpers/servers/versitygw.ts'
import { until } from '../helpers/until.ts'
import { startRelease, stop } from './processes.ts'
import type { Release } from './releases.ts'

/** One of the processes that share Kafka, PostgreSQL and S3. */
interface Place {
  readonly name: string
  readonly words: readonly string[]
}

/**
 * Two gateways, two consumers and two connector processes, which deliver to a folder, on Kafka, PostgreSQL and S3.
 * While an agency sends, one after another is replaced by the other release, and back: both run side by side nearly all
 * the time.
 */
export async function sideBySide(
  folder: string,
  [from, to]: readonly [Release, Release],
  say: (line: string) => void
): Promise<void> {
  const cleanups = collectCleanups()
  const running = new Map<string, ApartProcess>()
  try {
    const [kafka, postgres, s3] = await allStarted([
      startKafka(cleanups),
      startPostgres(cleanups, { fsync: true }),
      startVersityGateway(cleanups)
    ])
    mkdirSync(join(folder, 'keys'))
    const [publicPort, ...ports] = [await freePort(), await freePort(), await freePort()]
    const publicUrl = `http://127.0.0.1:${publicPort}`
    const settings = { ...(await prepareEngines({ kafka, postgres, s3 }, folder)), gateway: { publicUrl } }
    const file = join(folder, 'lienthong.yaml')
    const write = (more: object): void =>
      writeFileSync(file, JSON.stringify({ ...settings, data: { folder }, ...more }), { mode: 0o600 })
    write({})
    const places: readonly Place[] = [
      ...ports.map((port, n) => ({ name: `gateway-${n}`, words: ['gateway', '--port', String(port)] })),
      ...['consumers-0', 'consumers-1'].map((name) => ({ name, words: ['consumers'] })),
      ...['connectors-0', 'connectors-1'].map((name) => ({ name, words: ['connectors'] }))
    ]
    const startIn = async ({ name, words }: Place, release: Release): Promise<void> => {
      const log = join(folder, `${name}.log`)
      running.set(name, await startRelease(release, [...words, '--config', file], log))
    }
    const roll = async (release: Release): Promise<void> => {
      for (const place of places) {
        await pause(500)
        const bus = running.get(place.name)
        if (bus) await stop(bus)
        await startIn(place, release)
      }
      await pause(500)
    }
    for (const place of places.slice(0, 4)) await startIn(place, from)
    const balancer = await startBalancer(publicPort, ports)
    cleanups.after(() => balancer.close())
    const operator = readFileSync(join(folder, 'keys', 'operator.jwk'), 'utf8')
    const traffic = await startTraffic(publicUrl, operator)
    const keyFile = join(folder, 'recipient.jwk')
    writeFileSync(keyFile, traffic.recipient.key, { mode: 0o600 })
    const packages = join(folder, 'packages')
    const out = join(packages, 'out')
    const documents = { name: 'documents', kind: 'document', settings: { folder: packages }, keyFile }
    const delivered = (): number => (existsSync(out) ? readdirSync(out).length : 0)
    write({ connectors: [{ ...documents, system: traffic.recipient.system }] })
    for (const place of places.slice(4)) await startIn(place, from)
    for (const next of [to, from]) {
      const accepted = await traffic.during(() => roll(next))
      const there = await traffic.allThere()
      await until(() => delivered() >= accepted, 120_000)
      if (delivered() > accepted) throw new TypeError('more is delivered than was sent')
      say(
        `side by side: all ${places.length} now ${next.version}; ${accepted} accepted, ${there} there once and in order, and delivered`
      )
    }
  } finally {
    for (const bus of running.values()) bus.kill()
    await cleanups.end()
  }
}
