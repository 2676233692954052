import { startGenerator } from '#bench/compare/generator.ts'
import { checkedRun } from '#bench/compare/http-scene.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { everyRole, startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { openCore } from '#runtime/core.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { type EngineOptions, openEngines } from '#runtime/open-engines.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { keyFileOf, makeProvince, recipientCodes, senderCode, systemOf } from '../faults/province.ts'
import { until } from '../helpers/until.ts'
import { fillActs } from './fill-acts.ts'

export interface Filled {
  /** A multiple of 100. */
  readonly events: number
  readonly acts: number
}

/** Fills a data folder with events that are delivered to an inbox, and with acts. */
export async function fillFolder(folder: string, { events, acts }: Filled): Promise<void> {
  const defaults = await loadConfig(Config, { file: undefined, environment: {} })
  const options: EngineOptions = {
    config: {
      ...defaults,
      data: { folder },
      publishing: { ...defaults.publishing, maxLagSeconds: 86_400 },
      gateway: { ...defaults.gateway, port: 0 },
      management: { ...defaults.management, port: 0 }
    },
    logger: createLogger({ level: 'error' }),
    onFatal: () => process.exit(70)
  }
  const bus = await startBus({ ...options, roles: everyRole })
  const generator = startGenerator()
  try {
    await makeProvince(bus.publicUrl, folder)
    if (events > 0)
      await checkedRun(generator, {
        url: bus.publicUrl,
        path: '/v1/events',
        contentType: 'application/cloudevents-batch+json',
        sender: { system: systemOf(senderCode), keyFile: keyFileOf(folder, senderCode) },
        token: 'signed',
        audience: bus.publicUrl,
        recipients: [recipientCodes[0]],
        batch: 100,
        connections: 4,
        ahead: 0,
        requests: events / 100,
        samples: 10
      })
  } finally {
    generator.end()
    await bus.close()
  }
  for (let left = acts; left > 0; left -= slice) await addActs(options, Math.min(left, slice))
}

/** Fewer than wait in the append queue at most: a start writes those to the log that it lacks. */
const slice = 9900

async function addActs(options: EngineOptions, count: number): Promise<void> {
  const { folder } = options.config.data
  const store = openSqliteStore({ folder, parts: tablesOfAllParts, onFatal: options.onFatal })
  const last = await fillActs(store, count, (await readKey(keyFiles(folder).operator)).signingKey)
  await store.close()
  const core = await openCore(
    await openEngines(options),
    { ...options, projectsOwn: false },
    'https://bus.example'
  )
  await until(async () => {
    const [found] = await core.log.find([{ source: '/bus', id: `act-${last}` }])
    return found !== undefined
  }, 600_000)
  await core.close()
}
