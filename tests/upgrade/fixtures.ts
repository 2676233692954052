import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { keyFiles } from '#runtime/keyring.ts'
import { repository } from '../helpers/demo-bus.ts'
import { postgresFolder } from '../helpers/servers/installed.ts'
import { startKafka } from '../helpers/servers/kafka.ts'
import { startPostgres } from '../helpers/servers/postgres.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus, type TestBus } from '../helpers/test-bus.ts'
import type { Expected } from './fixture-scene.ts'
import { type CopiedRecord, copyTopics, loadTopics } from './topic-copy.ts'

export const releasesFolder = join(repository, 'tests', 'fixtures', 'releases')

/** Starts a bus on what a fixture holds; `expected` is what the release left in it. */
export interface Opened {
  readonly bus: TestBus
  readonly expected: Expected
}

const [dumpFile, topicsFile, expectedFile] = ['store.sql', 'topics.json', 'expected.json'] as const

export function writeExpected(folder: string, expected: Expected): void {
  writeFileSync(join(folder, expectedFile), JSON.stringify(expected))
}

export function pack(folder: string, file: string): void {
  execFileSync('tar', ['--create', '--gzip', '--file', file, '--directory', folder, '.'])
}

function unpack(t: Cleanup, file: string): string {
  const folder = temporaryFolder(t)
  execFileSync('tar', ['--extract', '--gzip', '--no-same-owner', '--file', file, '--directory', folder])
  return folder
}

function readExpected(folder: string): Expected {
  return JSON.parse(readFileSync(join(folder, expectedFile), 'utf8'))
}

/** A data folder of one machine. */
export async function openOneMachine(t: Cleanup, release: string): Promise<Opened> {
  const folder = unpack(t, join(releasesFolder, release, 'one-machine.tar.gz'))
  return { bus: await startTestBus(t, { folder }), expected: readExpected(folder) }
}

/** A fixture's Kafka and PostgreSQL: new servers with the records and the dump; attachments in a folder. */
export async function openShared(t: Cleanup, release: string): Promise<Opened> {
  const folder = unpack(t, join(releasesFolder, release, 'kafka-postgres.tar.gz'))
  const settings = await startShared(t, folder)
  const url = settings.store.postgres.url
  execFileSync(
    join(postgresFolder, 'psql'),
    ['--quiet', '--set', 'ON_ERROR_STOP=1', '--file', dumpFile, url],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit']
    }
  )
  const { namespace, records } = JSON.parse(readFileSync(join(folder, topicsFile), 'utf8')) as Topics
  const kafka = { ...settings.eventLog.kafka, namespace }
  await loadTopics(kafka, records)
  const bus = await startTestBus(t, { folder, settings: { ...settings, eventLog: { kafka } } })
  return { bus, expected: readExpected(folder) }
}

interface Topics {
  readonly namespace: string
  readonly records: readonly CopiedRecord[]
}

/** New servers, and the settings of a bus on them with its keys and attachments in a folder. */
export async function startShared(t: Cleanup, folder: string) {
  const [broker, postgres] = [await startKafka(t), await startPostgres(t)]
  const kafka: KafkaConfig = {
    ...{ brokers: [...broker.bootstrap], clientId: 'lienthong', namespace: `${randomUUID()}.` },
    ...{ partitions: 3, replication: 1, minInSyncReplicas: 1, compression: 'zstd' },
    retentionDays: 36_500 // Fixtures grow old.
  }
  const attachments = join(folder, 'attachments')
  mkdirSync(attachments, { recursive: true })
  const keys = keyFiles(folder)
  return {
    eventLog: { kafka },
    store: { postgres: { url: await postgres.newDatabase() } },
    attachments: { folder: attachments },
    trust: { busKeyFile: keys.bus, operatorKeyFile: keys.operator }
  }
}

/** Adds what is in the servers to the folder. */
export async function copyShared(
  folder: string,
  { eventLog: { kafka }, store }: Awaited<ReturnType<typeof startShared>>
): Promise<void> {
  const words = ['--no-owner', '--no-privileges', '--file', dumpFile, store.postgres.url]
  execFileSync(join(postgresFolder, 'pg_dump'), words, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit']
  })
  const topics: Topics = { namespace: kafka.namespace, records: await copyTopics(kafka) }
  writeFileSync(join(folder, topicsFile), JSON.stringify(topics))
}
