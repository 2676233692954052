import { X509Certificate } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { EdxmlPackage } from './edxml-package.ts'
import type { PackedFile } from './read-attachments.ts'
import { readPackage } from './read-package.ts'

/** The message to the worker; certificates as PEM. */
export interface ParseTask {
  readonly bytes: Uint8Array
  readonly authorities: readonly string[]
  readonly at: number
}

/** Its answer. */
export type ParseAnswer =
  | { readonly read: EdxmlPackage }
  | { readonly fault: Fault; readonly values: Readonly<Record<string, string | number>> }

/** Reads one package and ends. */
const answer = answerTo(workerData as ParseTask)
parentPort?.postMessage(answer, 'read' in answer ? ownBuffers(answer.read.files) : [])

function answerTo({ bytes, authorities, at }: ParseTask): ParseAnswer {
  try {
    const trust = { authorities: authorities.map((pem) => new X509Certificate(pem)), at }
    return { read: readPackage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), trust) }
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    return { fault: error.fault as Fault, values: error.values }
  }
}

/** Buffers that hold one file and nothing else: they are transferred, not copied. */
function ownBuffers(files: readonly PackedFile[]): readonly ArrayBuffer[] {
  const buffers = files.map(({ bytes }) => bytes).filter((bytes) => bytes.length === bytes.buffer.byteLength)
  return buffers.map(({ buffer }) => buffer as ArrayBuffer)
}
