import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { repository } from '../helpers/demo-bus.ts'

export interface Start {
  /** Processor time of the process until it was ready, all threads. */
  readonly processorSeconds: number
  readonly seconds: number
}

/** Starts the bus as a process on a data folder, stops it when it is ready, and waits for its end. */
export async function measureStart(folder: string, nodeFlags: readonly string[] = []): Promise<Start> {
  const main = join(repository, 'cli', 'main.ts')
  const flags = ['up', '--data', folder, '--port', '0', '--management-port', '0', '--log-level', 'warn']
  const from = performance.now()
  const child = spawn(process.execPath, [...nodeFlags, main, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes(' listens on ')) continue
    const start = {
      processorSeconds: processorSecondsOf(child.pid),
      seconds: (performance.now() - from) / 1000
    }
    child.kill('SIGTERM')
    await ended
    return start
  }
  throw new TypeError('the bus ended before it was ready')
}

const ticksASecond = 100

function processorSecondsOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksASecond
}
