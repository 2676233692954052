import { parentPort } from 'node:worker_threads'
import type { Incompatibility } from '#protocol/avro/compatibility/incompatibilities.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ErrorCode } from '#protocol/errors/catalogue.ts'
import type { Fault, Values } from '#protocol/errors/faults.ts'
import { workerReady } from '#protocol/timing/worker-ready.ts'
import { answerQuestion, answerSpelling } from './answer-question.ts'
import { readContent, type SchemaContent } from './schema-content.ts'
import type { SchemaQuestion, SpellingQuestion } from './schema-question.ts'

export type Asked = SchemaQuestion | SpellingQuestion

export type Answered =
  | {
      readonly content: SchemaContent
      readonly objections: readonly Incompatibility[]
      /** As `answerSpelling`. */
      readonly same: number
    }
  | { readonly code: ErrorCode; readonly fault: Fault; readonly values: Values }

parentPort?.on('message', (asked: Asked) => parentPort?.postMessage(answerTo(asked)))
parentPort?.postMessage(workerReady)

function answerTo(asked: Asked): Answered {
  try {
    const answer =
      asked.key === undefined
        ? { objections: [], same: answerSpelling(asked) }
        : { objections: answerQuestion(asked), same: -1 }
    return { content: readContent(asked.text, asked.references), ...answer }
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    return { code: error.code, fault: error.fault as Fault, values: error.values }
  }
}
