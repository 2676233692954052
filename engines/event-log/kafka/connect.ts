import { readFileSync } from 'node:fs'
import kafkajs, { type Kafka, type logCreator, type SASLOptions } from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Logger } from '../../telemetry/logger.ts'
import './codecs.ts'
import type { KafkaConfig } from './kafka-config.ts'
import './quiet-timers.ts'

const { logLevel } = kafkajs

export type KafkaClient = Kafka

/** How long a broker may take to answer before another is asked. */
const requestTimeoutMs = 2000

/**
 * A client of the cluster, as the settings say. Nothing is connected yet.
 * Throws `BUS_CONFIG_INVALID` for settings that cannot be meant.
 */
export function createKafkaClient(config: KafkaConfig, logger: Logger): Kafka {
  const { brokers, clientId, tls, sasl } = config
  if (config.minInSyncReplicas > config.replication) {
    refuse('minInSyncReplicas is greater than replication, so no record could be acknowledged')
  }
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: requestTimeoutMs,
    authenticationTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1500, retries: 6 },
    logLevel: logLevel.WARN,
    logCreator: () => toLogger(logger),
    ...(tls ? { ssl: loadTls(tls) } : {}),
    ...(sasl ? { sasl: loadSasl(sasl) } : {})
  })
}

function loadTls({ caFile, certFile, keyFile }: NonNullable<KafkaConfig['tls']>) {
  if ((certFile === undefined) !== (keyFile === undefined))
    refuse('set both tls.certFile and tls.keyFile, or neither')
  return {
    rejectUnauthorized: true,
    ...(caFile === undefined ? {} : { ca: read(caFile) }),
    ...(certFile === undefined ? {} : { cert: read(certFile) }),
    ...(keyFile === undefined ? {} : { key: read(keyFile) })
  }
}

/** kafkajs writes into what it is given: it gets an object of its own. */
function loadSasl({ mechanism, username, ...secret }: NonNullable<KafkaConfig['sasl']>): SASLOptions {
  const { password, passwordFile } = secret
  if ((password === undefined) === (passwordFile === undefined)) {
    refuse('set exactly one of sasl.password and sasl.passwordFile')
  }
  return {
    mechanism,
    username,
    password:
      password ??
      read(passwordFile ?? '')
        .toString('utf8')
        .trimEnd()
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause))
  }
}

function refuse(problem: string): never {
  throw new BusError('BUS_CONFIG_INVALID', 'brokers-settings-wrong', { values: { problem } })
}

/** kafkajs calls what it retries an error: it is told for whoever looks, and ours say what did not come through. */
const toLogger =
  (logger: Logger): ReturnType<logCreator> =>
  ({ log: { message, timestamp: _timestamp, logger: _name, ...facts } }) =>
    logger.debug({ kafka: facts }, message)
