import { X509Certificate } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import type { Fault, Values } from '#protocol/errors/faults.ts'
import type { EdxmlPackage } from './edxml-package.ts'
import { asPackageFault } from './package-fault.ts'
import type { PackedFile } from './read-attachments.ts'
import { readPackage } from './read-package.ts'
import { signatureCheck } from './signature/check-signature.ts'

/** The message to the worker; certificates as PEM. */
export interface ParseTask {
  readonly bytes: Uint8Array
  readonly authorities: readonly string[]
  readonly at: number
}

/** Its answer. */
export type ParseAnswer = { readonly read: EdxmlPackage } | { readonly fault: Fault; readonly values: Values }

/** Reads one package and ends. */
const answer = answerTo(workerData as ParseTask)
parentPort?.postMessage(answer, 'read' in answer ? ownBuffers(answer.read.files) : [])

function answerTo({ bytes, authorities, at }: ParseTask): ParseAnswer {
  const trust = { authorities: authorities.map((pem) => new X509Certificate(pem)), at }
  try {
    const check = signatureCheck(trust)
    return { read: readPackage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), check) }
  } catch (error) {
    const { fault, values } = asPackageFault(error)
    return { fault: fault as Fault, values } // Reading throws no fault of a kind.
  }
}

/** Buffers that hold one file and nothing else: they are transferred, not copied. */
function ownBuffers(files: readonly PackedFile[]): readonly ArrayBuffer[] {
  const buffers = files.map(({ bytes }) => bytes).filter((bytes) => bytes.length === bytes.buffer.byteLength)
  return buffers.map(({ buffer }) => buffer as ArrayBuffer)
}
