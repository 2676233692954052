import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '#deploy/servers/free-port.ts'
import { withDatabase } from '#operations/backup/databases.ts'
import { formatIn } from '#runtime/data-format.ts'
import { startTraffic } from '../containers/traffic.ts'
import type { ApartProcess } from '../faults/bus-process.ts'
import { refusalOf, startRelease, stop } from './processes.ts'
import type { Release } from './releases.ts'

/**
 * On one data folder, while an agency sends: each release is stopped, and the next started, there and back. Where the
 * newer one has raised the data format there is no way back: the older one must refuse the folder and name both.
 */
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
  const words = ['up', '--data', data, '--port', String(port)]
  const start = (release: Release): Promise<ApartProcess> => startRelease(release, words, log)
  const format = (): number | undefined => withDatabase(join(data, 'store.sqlite'), formatIn)?.format
  let bus = await start(from)
  try {
    const traffic = await startTraffic(gateway, readFileSync(join(data, 'keys', 'operator.jwk'), 'utf8'))
    const goTo = async (next: Release): Promise<void> => {
      const accepted = await traffic.during(async () => {
        await pause(1000)
        await stop(bus)
        bus = await start(next)
        await pause(1000)
      })
      const there = await traffic.allThere()
      say(`one folder: now ${next.version}; ${accepted} accepted, ${there} there once and in order`)
    }
    const before = format()
    await goTo(to)
    if (format() !== before) {
      await stop(bus)
      const refusal = await refusalOf(from, words, join(folder, 'refused.log'))
      const isClear = ['BUS_CONFIG_INVALID', from.version, to.version].every((word) => refusal.includes(word))
      if (!isClear) throw new TypeError(`${from.version} does not say why it refuses the folder: ${refusal}`)
      say(`one folder: no way back, as ${from.version} says: ${refusal}`)
      bus = await start(to)
    } else await goTo(from)
    await goTo(to)
  } finally {
    bus.kill()
  }
}
