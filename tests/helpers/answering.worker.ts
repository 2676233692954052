import { parentPort } from 'node:worker_threads'
import { workerReady } from '#protocol/timing/worker-ready.ts'

export type AskedFor = 'quick' | 'endless' | 'large' | 'failing'

parentPort?.on('message', (asked: AskedFor) => {
  if (asked === 'failing') throw new TypeError('as asked')
  const kept: number[][] = []
  while (asked === 'endless') kept.length = 0
  while (asked === 'large') kept.push(Array.from({ length: 1_000_000 }, (_one, index) => index + 0.5))
  parentPort?.postMessage(1)
})
parentPort?.postMessage(workerReady)
