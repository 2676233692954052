import { readFile } from 'node:fs/promises'
import type { S3Client } from '@aws-sdk/client-s3'
import { BusError } from '#protocol/errors/bus-error.ts'
import { unavailable } from '../upload.ts'
import type { S3Config } from './s3-config.ts'

export type Sdk = typeof import('@aws-sdk/client-s3')

/** Runs a request with a time limit. Only here does a failure become the bus's error. */
export type Run = <T>(
  request: (abortSignal: AbortSignal) => Promise<T>,
  options?: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number }
) => Promise<T>

const secretKeptMs = 600_000

export function createClient(sdk: Sdk, config: S3Config): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, secretAccessKeyFile, timeoutMs } = config
  if ((secretAccessKey === undefined) === (secretAccessKeyFile === undefined)) {
    throw new BusError('BUS_CONFIG_INVALID', 'bucket-secret-not-one', { values: { bucket: config.bucket } })
  }
  const sockets = { maxSockets: 256, keepAlive: true }
  return new sdk.S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    responseChecksumValidation: 'WHEN_REQUIRED', // Readers compare the digest; checking the CRC of a large object in JavaScript is slow.
    requestHandler: {
      connectionTimeout: Math.min(timeoutMs, 5000),
      httpAgent: sockets,
      httpsAgent: sockets
    },
    async credentials() {
      if (secretAccessKeyFile === undefined) return { accessKeyId, secretAccessKey: secretAccessKey ?? '' }
      const secret = await readFile(secretAccessKeyFile, 'utf8')
      return { accessKeyId, secretAccessKey: secret.trim(), expiration: new Date(Date.now() + secretKeptMs) }
    }
  })
}

export function createRun(ourTimeoutMs: number): Run {
  return async (request, { signal, timeoutMs = ourTimeoutMs } = {}) => {
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      return await request(signal ? AbortSignal.any([signal, limit]) : limit)
    } catch (error) {
      signal?.throwIfAborted()
      return unavailable(error)
    }
  }
}
