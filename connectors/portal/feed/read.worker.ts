import { parentPort } from 'node:worker_threads'
import { workerReady } from '#protocol/timing/worker-ready.ts'
import { answerTo, type FeedQuestion, type PostsQuestion } from './answer.ts'

/** Reads what portals give, one after another. */
parentPort?.on('message', (question: FeedQuestion | PostsQuestion) => {
  parentPort?.postMessage(answerTo(question))
})
parentPort?.postMessage(workerReady)
