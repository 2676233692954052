import { sendBatches } from '#bench/compare/fill.ts'
import { recordIdOf } from '#bus/control/act-journal.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { generateKey } from '#protocol/trust/jwk.ts'
import { everyRole, startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { openCore } from '#runtime/core.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { type EngineOptions, openEngines } from '#runtime/open-engines.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { makeProvince } from '../faults/province.ts'
import { until } from '../helpers/until.ts'
import { type ActBody, createActFiller } from './fill-acts.ts'

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
  try {
    await makeProvince(bus.publicUrl, folder)
    if (events > 0) await sendBatches(bus.publicUrl, folder, events / 100)
  } finally {
    await bus.close()
  }
  const fill = createActFiller((await readKey(keyFiles(folder).operator)).signingKey)
  const bodies = await plannedActs(acts)
  for (let from = 0; from < bodies.length; from += slice)
    await addActs(options, (store) => fill(store, bodies.slice(from, from + slice)))
}

/** Fewer than wait in the append queue at most: a start writes those to the log that it lacks. */
const slice = 9900

/** Returns once the log has them, too. */
async function addActs(options: EngineOptions, add: (store: Store) => Promise<number>): Promise<void> {
  const { folder } = options.config.data
  const store = openSqliteStore({ folder, parts: tablesOfAllParts, onFatal: options.onFatal })
  const last = await add(store)
  await store.close()
  const core = await openCore(
    await openEngines(options),
    { ...options, projectsOwn: false },
    'https://bus.example'
  )
  await until(async () => (await core.log.find([recordIdOf(last)]))[0] !== undefined, 600_000)
  await core.close()
}

/** At least `count`: of agencies, each with a system, its key and its right, and an agreement with the first. */
async function plannedActs(count: number): Promise<readonly ActBody[]> {
  const bodies: ActBody[] = []
  for (let number = 0; bodies.length < count; number += 1) {
    const code = codeOf(number)
    const system = `/agencies/${code}/systems/qlvb`
    const agreement = `/agreements/filled-${number}`
    const type = 'document.issued.v1'
    const { publicJwk } = await generateKey('first', 'EdDSA')
    const terms = { provider: code, consumer: codeOf(0), types: ['dossier.received.v1'] }
    bodies.push(
      { act: 'agency.added', resource: `/agencies/${code}`, name: `Cơ quan ${number}` },
      { act: 'system.added', resource: system },
      { act: 'key.added', resource: system, key: publicJwk },
      { act: 'right.granted', resource: system, type, recipients: '*' },
      { act: 'agreement.drafted', resource: agreement, ...terms, purpose: 'x', legalBasis: 'y' },
      { act: 'agreement.signed', resource: agreement }
    )
  }
  return bodies
}

function codeOf(number: number): string {
  return `001.${Math.floor(number / 1000)}.${number % 1000}.H03`
}
