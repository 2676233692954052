import type { X509Certificate } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { EdxmlPackage } from './edxml-package.ts'
import { asPackageFault, refuse } from './package-fault.ts'
import type { ParseAnswer, ParseTask } from './parse-in-worker.worker.ts'
import { readPackage } from './read-package.ts'
import { longTextsIn } from './xml-bytes.ts'

export interface ParseInWorkerOptions {
  readonly authorities: readonly X509Certificate[]
  /** The time at which certificates must be valid, in milliseconds since the epoch. */
  readonly at: number
  readonly timeoutMs?: number
  /** Runs some of the work at a time: each takes hundreds of megabytes for a large package. */
  readonly inTurn?: <T>(work: () => Promise<T>) => Promise<T>
  /** Ends the reading; then it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

const maxHeapMb = 1024
const maxReadMs = 60_000

/** Reading an unsigned package up to this size takes a fraction of 50 ms, whatever it contains. */
const maxHereBytes = 131_072
/** With attachments, at whose characters nobody looks. */
const maxWithFilesBytes = 25_000_000
const attachmentTag = /^<(?:[\w.-]{1,64}:)?ContentTransferEncoded(?:\s[^<>]{0,1024})?>$/

/** Whether a package is read in a worker: a large one, or one that may be signed. */
export function isParsedInWorker(bytes: Buffer): boolean {
  if (bytes.length > maxWithFilesBytes || bytes.includes('Signature')) return true
  if (bytes.length <= maxHereBytes) return false
  if (bytes.includes('<!')) return true // In a comment a tag is none.
  let looked = bytes.length
  for (const { tag, start, end } of longTextsIn(bytes)) {
    if (attachmentTag.test(bytes.toString('latin1', tag, start))) looked -= end - start
  }
  return looked > maxHereBytes
}

/**
 * Reads a package as `readPackage` does, in a worker thread if it may take long: canonicalising a signed
 * package takes seconds, and parsing a large one would block the bus. A package that needs more time or
 * memory than any real one is rejected as too large.
 */
export async function parseInWorker(bytes: Buffer, options: ParseInWorkerOptions): Promise<EdxmlPackage> {
  const { authorities, at, timeoutMs = maxReadMs, inTurn = (work) => work(), signal } = options
  if (!isParsedInWorker(bytes)) return readHere(bytes)
  const task: ParseTask = { bytes, authorities: authorities.map(String), at }
  const answer = await inTurn(() => answerOf(task, timeoutMs, signal))
  if (answer === undefined) return tooSlow(timeoutMs)
  if ('fault' in answer) return refuse(answer.fault, answer.values)
  const files = answer.read.files.map(({ bytes: plain, ...file }) => {
    return { ...file, bytes: Buffer.from(plain.buffer, plain.byteOffset, plain.length) } // A message turns Buffers into Uint8Arrays.
  })
  return { ...answer.read, files }
}

function readHere(bytes: Buffer): EdxmlPackage {
  try {
    return readPackage(bytes)
  } catch (error) {
    throw asPackageFault(error)
  }
}

function tooSlow(timeoutMs: number): never {
  return refuse('package-too-slow', { limit: timeoutMs / 1000, limitMb: maxHeapMb })
}

/** Undefined if the worker exceeded its limits. */
async function answerOf(
  workerData: ParseTask,
  timeoutMs: number,
  signal: AbortSignal | undefined
): Promise<ParseAnswer | undefined> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<ParseAnswer | undefined>()
  const stop = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', stop)
  const worker = new Worker(new URL('./parse-in-worker.worker.ts', import.meta.url), {
    workerData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb }
  })
  const timer = setTimeout(resolve, timeoutMs, undefined)
  worker.once('message', resolve)
  worker.once('error', (error) => {
    if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(undefined)
    else reject(error)
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
