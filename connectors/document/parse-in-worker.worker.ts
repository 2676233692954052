import { X509Certificate } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ApartAnswer, ApartTask } from './parse-in-worker.ts'
import { readPackage } from './read-package.ts'

/** Reads one package and ends. */
parentPort?.postMessage(answerTo(workerData as ApartTask))

function answerTo({ bytes, authorities, at }: ApartTask): ApartAnswer {
  try {
    const trust = { authorities: authorities.map((pem) => new X509Certificate(pem)), at }
    return { read: readPackage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), trust) }
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    return { fault: error.fault, values: error.values }
  }
}
