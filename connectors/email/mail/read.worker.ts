import { parentPort } from 'node:worker_threads'
import { workerReady } from '#protocol/timing/worker-ready.ts'
import { answerTo, type MailQuestion } from './answer.ts'

/** Reads mails, one after another. */
parentPort?.on('message', (question: MailQuestion) => {
  void answerTo(question).then((answer) => parentPort?.postMessage(answer))
})
parentPort?.postMessage(workerReady)
