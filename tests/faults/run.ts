import assert from 'node:assert/strict'
import type { Client } from '#client/client.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { type BusProcess, type BusProcessOptions, startBus } from './bus-process.ts'
import type { History } from './history.ts'
import { historyOf, type Load, type LoadOptions, startLoad } from './load.ts'
import { makeProvince, senderCode } from './province.ts'
import type { Random } from './random.ts'

export interface RunOptions {
  /** Empty; the bus's data folder. */
  readonly folder: string
  readonly rounds: number
  readonly random: Random
  readonly tell: (line: string) => void
}

/** What a run saw, and what it found wrong beside the history. */
export interface RunResult {
  readonly history: History
  /** What was done, for the report. */
  readonly done: string
  readonly problems: readonly string[]
}

/** A bus on one port and folder that comes and goes, and a load that stays. */
export interface Scene {
  readonly load: Load
  readonly clients: ReadonlyMap<string, Client>
  start(options?: Partial<BusProcessOptions>): Promise<BusProcess | undefined>
  /** Starts the bus again, lets every lane and reader finish, reads every inbox again from its beginning, and ends all. */
  finish(): Promise<History>
}

/** Makes the province, with the bus started as `first` says, and starts the load; the bus is not running then. */
export async function openScene(
  folder: string,
  options: LoadOptions = {},
  { beforeLoad, ...first }: Partial<BusProcessOptions> & { readonly beforeLoad?: () => void } = {}
): Promise<Scene> {
  const port = await freePort()
  const start: Scene['start'] = (more) => startBus({ folder, port, ...more })
  const bus = await start(first)
  assert.ok(bus, 'the bus did not start')
  const clients = await makeProvince(bus.gateway, folder)
  const sender = clients.get(senderCode)
  if (!sender) throw new TypeError('the province has a sender')
  bus.kill()
  await bus.ended
  beforeLoad?.()
  const load = startLoad(clients, sender, options)

  return {
    load,
    clients,
    start,
    async finish() {
      const last = await start()
      assert.ok(last, 'the bus did not start again')
      await load.finish(60_000)
      const history = await historyOf(load, clients)
      last.kill()
      await last.ended
      return history
    }
  }
}
