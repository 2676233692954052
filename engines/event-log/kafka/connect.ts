import { readFileSync } from 'node:fs'
import kafkajs, { type Kafka, type logCreator, type SASLOptions } from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { addressesOf } from './addresses.ts'
import './codecs.ts'
import type { KafkaConfig } from './kafka-config.ts'
import './quiet-timers.ts'

const { logLevel } = kafkajs

export type KafkaClient = Kafka

/** How long a broker may take to answer before another is tried. */
const requestTimeoutMs = 2000

/**
 * Creates a client for the cluster in the settings; does not connect. Throws `BUS_CONFIG_INVALID` for
 * settings that contradict each other.
 */
export function createKafkaClient(config: KafkaConfig, logger: Logger): Kafka {
  const { brokers, clientId, tls, sasl } = config
  if (config.minInSyncReplicas > config.replication) {
    refuse('minInSyncReplicas is greater than replication, so no record could be acknowledged')
  }
  return new kafkajs.Kafka({
    ...addressesOf(brokers),
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

/** kafkajs modifies the object it is given, so it gets a new one. */
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

/**
 * kafkajs logs as an error what it then retries: logged at debug level here. Our own errors report what
 * failed in the end.
 */
const toLogger =
  (logger: Logger): ReturnType<logCreator> =>
  ({ log: { message, timestamp: _timestamp, logger: _name, ...facts } }) =>
    logger.debug({ kafka: facts }, message)
