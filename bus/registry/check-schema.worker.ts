import { parentPort } from 'node:worker_threads'
import type { Incompatibility } from '#protocol/avro/compatibility/incompatibilities.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ErrorCode } from '#protocol/errors/catalogue.ts'
import type { Fault, Values } from '#protocol/errors/faults.ts'
import { workerReady } from '#protocol/timing/worker-ready.ts'
import { answerQuestion } from './answer-question.ts'
import { contentOf } from './schema-content.ts'
import type { SchemaQuestion } from './schema-question.ts'
import type { SchemaReference } from './schema-reference.ts'

/** A question, or a schema whose content alone is asked for. */
export type Asked =
  | SchemaQuestion
  | { readonly text: string; readonly references: readonly SchemaReference[]; readonly key: undefined }

export type Answered =
  | { readonly content: string; readonly objections: readonly Incompatibility[] }
  | { readonly code: ErrorCode; readonly fault: Fault; readonly values: Values }

parentPort?.on('message', (asked: Asked) => parentPort?.postMessage(answerTo(asked)))
parentPort?.postMessage(workerReady)

function answerTo(asked: Asked): Answered {
  try {
    const objections = asked.key === undefined ? [] : answerQuestion(asked)
    return { content: contentOf(asked.text, asked.references), objections }
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    return { code: error.code, fault: error.fault as Fault, values: error.values }
  }
}
