import { access, constants, stat } from 'node:fs/promises'
import { bucketProblems } from '#engines/blobs/s3/bucket-problems.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { anotherLog, knownLogQuery } from '#engines/event-log/kafka/known-log.ts'
import { type LogBeginningOptions, readLogBeginning } from '#engines/event-log/kafka/log-beginning.ts'
import { topicProblems, topicRisks } from '#engines/event-log/kafka/topics.ts'
import { askDatabase } from '#engines/store/postgres/ask-database.ts'
import { databaseProblems } from '#engines/store/postgres/database-problems.ts'
import type { PostgresConfig } from '#engines/store/postgres/postgres-config.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Config } from '#runtime/config.ts'
import { keyFilesIn } from '#runtime/declared-instances.ts'
import { areShared } from '#runtime/engines-config.ts'
import { topicsOf } from '#runtime/topics.ts'
import { trustKeysOf } from '#runtime/trust-keys.ts'
import { type DoctorTexts, doctorTexts } from './doctor-texts.ts'
import { type Finding, finding, findings } from './finding.ts'

/** Checks the configured engines beyond this machine, using them as a process of the bus would. */
export async function examineEngines(config: Config, language: Language): Promise<readonly Finding[]> {
  const t = doctorTexts(language)
  const { eventLog, store, attachments } = config
  const parts = await Promise.all([
    examineMix(config, language),
    eventLog.kafka ? examineLog(eventLog.kafka, store.postgres, language) : [],
    store.postgres
      ? databaseProblems(store.postgres, language).then((problems) =>
          findings(t('database'), problems, t('usable'))
        )
      : [],
    attachments.s3
      ? bucketProblems(attachments.s3, language).then((problems) =>
          findings(t('bucket'), problems, t('usable'))
        )
      : [],
    attachments.folder === undefined ? [] : examineAttachments(attachments.folder, t),
    examineSecrets(config, t)
  ])
  return parts.flat()
}

/** Checks that the engines can be combined, and what processes that share them must have in common. */
async function examineMix(config: Config, language: Language): Promise<readonly Finding[]> {
  const t = doctorTexts(language)
  try {
    if (!areShared(config)) return []
  } catch (error) {
    return [finding(t('engines'), false, messageOf(error, language), '')]
  }
  const keys = await trustKeysOf(config, { areShared: true, mayCreate: false }).then(
    () => finding(t('keys'), true, t('readable'), ''),
    (error: unknown) => finding(t('keys'), false, messageOf(error, language), t('createKey'))
  )
  const { publicUrl } = config.gateway
  const address = finding(t('address'), publicUrl !== undefined, publicUrl ?? t('notSet'), t('setAddress'))
  return [finding(t('engines'), true, t('canBeShared'), ''), keys, address]
}

async function examineLog(
  config: KafkaConfig,
  database: PostgresConfig | undefined,
  language: Language
): Promise<readonly Finding[]> {
  const t = doctorTexts(language)
  try {
    const kafka = createKafkaClient(config, createLogger({ level: 'silent' }))
    const topics = { kafka, config, topics: topicsOf() }
    const problems = [...(await topicProblems(topics, language)), ...(await topicRisks(topics, language))]
    return [
      finding(t('brokers'), true, t('answer', { of: config.brokers.join(', ') }), ''),
      ...findings(t('topics'), problems, t('meetTheRequirements')),
      await examineIdentity({ kafka, config }, database, language)
    ]
  } catch (error) {
    return [finding(t('brokers'), false, `${config.brokers.join(', ')}: ${messageOf(error, language)}`, '')]
  }
}

/**
 * Checks that this is the log that the database belongs to. If the database does not answer, another
 * finding says so.
 */
async function examineIdentity(
  log: LogBeginningOptions,
  database: PostgresConfig | undefined,
  language: Language
): Promise<Finding> {
  const t = doctorTexts(language)
  try {
    const { id } = await readLogBeginning(log)
    const asked = database && askDatabase<{ readonly id: string }>(database, knownLogQuery)
    const known = await asked?.catch(() => undefined)
    if (known && known.id !== id) throw anotherLog(known.id, id)
    return finding(t('log'), true, t(known ? 'sameLog' : 'newLog', { id }), '')
  } catch (error) {
    return finding(t('log'), false, messageOf(error, language), '')
  }
}

async function examineAttachments(folder: string, t: DoctorTexts): Promise<readonly Finding[]> {
  const message = await access(`${folder}/`, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => undefined,
    (error: Error) => error.message
  )
  const found = message ?? t('writable', { of: folder })
  return [finding(t('attachments'), message === undefined, found, t('shareFolder'))]
}

/** Checks that only their owner can read files with secrets. */
async function examineSecrets(config: Config, t: DoctorTexts): Promise<readonly Finding[]> {
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
  const problems = await Promise.all([...new Set(files)].map((file) => secretProblem(file, t)))
  return files.length === 0
    ? []
    : findings(
        t('secrets'),
        problems.filter((problem) => problem !== undefined),
        t('ownerOnly')
      )
}

async function secretProblem(file: string, t: DoctorTexts): Promise<string | undefined> {
  try {
    await access(file, constants.R_OK)
    const { mode } = await stat(file)
    return (mode & 0o077) === 0 ? undefined : t('othersRead', { of: file })
  } catch (error) {
    return t('nameReadable', { problem: error instanceof Error ? error.message : String(error) })
  }
}

function messageOf(error: unknown, language: Language): string {
  if (error instanceof BusError) return error.text(language)
  return error instanceof Error ? error.message : String(error)
}
