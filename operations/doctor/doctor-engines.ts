import { access, constants, stat } from 'node:fs/promises'
import { bucketProblems } from '#engines/blobs/s3/bucket-problems.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { anotherLog, knownLogQuery } from '#engines/event-log/kafka/known-log.ts'
import { type LogBeginningOptions, readLogBeginning } from '#engines/event-log/kafka/log-beginning.ts'
import { topicProblems } from '#engines/event-log/kafka/topics.ts'
import { askDatabase } from '#engines/store/postgres/ask-database.ts'
import { databaseProblems } from '#engines/store/postgres/database-problems.ts'
import type { PostgresConfig } from '#engines/store/postgres/postgres-config.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import type { Config } from '#runtime/config.ts'
import { keyFilesIn } from '#runtime/declared-instances.ts'
import { areShared } from '#runtime/engines-config.ts'
import { topicsOf } from '#runtime/topics.ts'
import { trustKeysOf } from '#runtime/trust-keys.ts'
import { type Finding, finding, findings } from './finding.ts'

/** Checks the configured engines beyond this machine, using them as a process of the bus would. */
export async function examineEngines(config: Config): Promise<readonly Finding[]> {
  const { eventLog, store, attachments } = config
  const parts = await Promise.all([
    examineMix(config),
    eventLog.kafka ? examineLog(eventLog.kafka, store.postgres) : [],
    store.postgres
      ? databaseProblems(store.postgres).then((problems) => findings('database', problems, 'usable'))
      : [],
    attachments.s3
      ? bucketProblems(attachments.s3).then((problems) => findings('bucket', problems, 'usable'))
      : [],
    attachments.folder === undefined ? [] : examineAttachments(attachments.folder),
    examineSecrets(config)
  ])
  return parts.flat()
}

/** Checks that the engines can be combined, and what processes that share them must have in common. */
async function examineMix(config: Config): Promise<readonly Finding[]> {
  try {
    if (!areShared(config)) return []
  } catch (error) {
    return [finding('engines', false, messageOf(error), '')]
  }
  const keys = await trustKeysOf(config, { areShared: true, mayCreate: false }).then(
    () => finding('keys', true, 'configured and readable', ''),
    (error: unknown) =>
      finding('keys', false, messageOf(error), 'Create a key with lienthong keys new --out FILE --kid NAME.')
  )
  const { publicUrl } = config.gateway
  const address = finding(
    'public address',
    publicUrl !== undefined,
    publicUrl ?? 'not set',
    'Set gateway.publicUrl to the same URL in all processes: tokens must name it in aud.'
  )
  return [finding('engines', true, 'can be shared by any number of processes', ''), keys, address]
}

async function examineLog(
  config: KafkaConfig,
  database: PostgresConfig | undefined
): Promise<readonly Finding[]> {
  try {
    const kafka = createKafkaClient(config, createLogger({ level: 'silent' }))
    const problems = await topicProblems({ kafka, config, topics: topicsOf() })
    return [
      finding('brokers', true, `${config.brokers.join(', ')} answer`, ''),
      ...findings('topics', problems, 'meet the requirements of the bus'),
      await examineIdentity({ kafka, config }, database)
    ]
  } catch (error) {
    return [finding('brokers', false, `${config.brokers.join(', ')}: ${messageOf(error)}`, '')]
  }
}

/**
 * Checks that this is the log that the database belongs to. If the database does not answer, another
 * finding says so.
 */
async function examineIdentity(
  log: LogBeginningOptions,
  database: PostgresConfig | undefined
): Promise<Finding> {
  try {
    const { id } = await readLogBeginning(log)
    const asked = database && askDatabase<{ readonly id: string }>(database, knownLogQuery)
    const known = await asked?.catch(() => undefined)
    if (known && known.id !== id) throw anotherLog(known.id, id)
    return finding(
      'log',
      true,
      known ? `${id}, the same as in the database` : `${id}, not yet recorded in the database`,
      ''
    )
  } catch (error) {
    return finding('log', false, messageOf(error), '')
  }
}

async function examineAttachments(folder: string): Promise<readonly Finding[]> {
  const message = await access(`${folder}/`, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => undefined,
    messageOf
  )
  const fix = 'Create the folder, shared by all processes, and give this user the right to write to it.'
  return [finding('attachments', message === undefined, message ?? `${folder} is writable`, fix)]
}

/** Checks that only their owner can read files with secrets. */
async function examineSecrets(config: Config): Promise<readonly Finding[]> {
  const { eventLog, store, attachments, gateway, trust, console: sessions } = config
  const files = [
    trust.busKeyFile,
    trust.operatorKeyFile,
    gateway.tls?.keyFile,
    eventLog.kafka?.tls?.keyFile,
    eventLog.kafka?.sasl?.passwordFile,
    store.postgres?.keyFile,
    store.postgres?.passwordFile,
    sessions.oidc?.clientSecretFile,
    attachments.s3?.secretAccessKeyFile,
    ...keyFilesIn(config)
  ].filter((file) => file !== undefined)
  const problems = await Promise.all([...new Set(files)].map(secretProblem))
  return files.length === 0
    ? []
    : findings(
        'secrets',
        problems.filter((problem) => problem !== undefined),
        'readable only by their owner'
      )
}

async function secretProblem(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.R_OK)
    const { mode } = await stat(file)
    return (mode & 0o077) === 0
      ? undefined
      : `other users may read ${file}: run chmod 600 on it, and replace the secret`
  } catch (error) {
    return `${messageOf(error)}: name a file that this user may read`
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
