import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '#deploy/servers/free-port.ts'
import { startTraffic } from '../containers/traffic.ts'
import type { ApartProcess } from '../faults/bus-process.ts'
import { startRelease, stop } from './processes.ts'
import type { Release } from './releases.ts'

/** On one data folder, while an agency sends: each release is stopped, and the next started, there and back. */
export async function onOneFolder(
  folder: string,
  [from, to]: readonly [Release, Release],
  say: (line: string) => void
): Promise<void> {
  const data = join(folder, 'data')
  mkdirSync(data)
  const port = await freePort()
  const gateway = `http://127.0.0.1:${port}`
  const log = join(folder, 'one-machine.log')
  const start = (release: Release): Promise<ApartProcess> =>
    startRelease(release, ['up', '--data', data, '--port', String(port)], log)
  let bus = await start(from)
  try {
    const traffic = await startTraffic(gateway, readFileSync(join(data, 'keys', 'operator.jwk'), 'utf8'))
    for (const next of [to, from, to]) {
      const accepted = await traffic.during(async () => {
        await pause(1000)
        await stop(bus)
        bus = await start(next)
        await pause(1000)
      })
      const there = await traffic.allThere()
      say(`one folder: now ${next.version}; ${accepted} accepted, ${there} there once and in order`)
    }
  } finally {
    bus.kill()
  }
}
