import { parentPort } from 'node:worker_threads'
import { workerReady } from '#protocol/timing/worker-ready.ts'
import { answerTo, type Question } from './evaluate.ts'

/** Answers one question after another. */
parentPort?.on('message', async (question: Question) => {
  parentPort?.postMessage(await answerTo(question))
})
parentPort?.postMessage(workerReady)
