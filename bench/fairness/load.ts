import { join } from 'node:path'
import { startTaskProcess, type TaskProcess } from './task-process.ts'

/** What a load process sends: batches of signed documents, or single ones. */
export interface Load {
  readonly url: string
  readonly senders: readonly { readonly system: string; readonly keyFile: string }[]
  readonly recipients: readonly string[]
  /** Events per request. */
  readonly batch: number
  /** Connections of each sender. */
  readonly connections: number
  /** Requests per second of each sender, whether or not earlier ones are answered; absent: each connection sends as soon as it is answered. */
  readonly perSecond?: number
  /** Its tokens are for another gateway: every request is refused. */
  readonly isRefused?: boolean
  readonly seconds: number
}

export interface LoadReport {
  /** Requests that were due. */
  readonly due: number
  /** Answers by status; 0 for a connection that ended without one. */
  readonly statuses: Readonly<Record<string, number>>
  /** Of each answered request, in milliseconds from when it was due, in order of answering. */
  readonly latencies: readonly number[]
  readonly seconds: number
}

/** A process that sends loads. */
export type LoadProcess = TaskProcess<Load, LoadReport>

export function startLoadProcess(): LoadProcess {
  return startTaskProcess(join(import.meta.dirname, 'load-process.ts'))
}
