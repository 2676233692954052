import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { keyFiles, keyIn } from '#runtime/keyring.ts'
import { topicsOf } from '#runtime/topics.ts'
import { version } from '#runtime/version.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus } from '../helpers/test-bus.ts'
import { fillBus } from './fixture-scene.ts'
import { copyShared, pack, releasesFolder, startShared, writeExpected } from './fixtures.ts'

/** `npm run upgrade:fixtures`, at each release: keeps what a bus of this release stores, in `tests/fixtures/releases`. */
const cleanups = collectCleanups()
const to = join(releasesFolder, version)
if (existsSync(to)) throw new TypeError(`${to} is there: what a release left behind is never made anew`)
try {
  const alone = temporaryFolder(cleanups)
  const one = await startTestBus(cleanups, { folder: alone })
  writeExpected(alone, await fillBus(one))
  await one.bus.close()

  const shared = temporaryFolder(cleanups)
  const settings = await startShared(cleanups, shared)
  const keys = keyFiles(shared)
  await Promise.all([keyIn(keys.bus, 'bus-1'), keyIn(keys.operator, 'operator-1')])
  const { kafka: config } = settings.eventLog
  const kafka = createKafkaClient(config, createLogger({ level: 'silent' }))
  await applyTopics({ kafka, config, topics: topicsOf() })
  const several = await startTestBus(cleanups, { folder: shared, settings })
  writeExpected(shared, await fillBus(several))
  await several.bus.close()
  await copyShared(shared, settings)

  mkdirSync(to, { recursive: true })
  for (const [folder, name] of [
    [alone, 'one-machine.tar.gz'],
    [shared, 'kafka-postgres.tar.gz']
  ] as const) {
    pack(folder, join(to, name))
    process.stdout.write(`${name}: ${statSync(join(to, name)).size} bytes\n`)
  }
} finally {
  await cleanups.end()
}
