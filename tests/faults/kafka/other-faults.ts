import { join } from 'node:path'
import { startApart } from '../bus-process.ts'
import { pause } from '../load.ts'
import type { Random } from '../random.ts'
import type { RunningRole } from './roles.ts'
import type { Servers } from './servers.ts'

/** What is done beside breaking brokers. */
export const otherFaults = ['gateway', 'consumers', 'postgres', 'members'] as const
export type OtherFault = (typeof otherFaults)[number]

export interface OtherFaultOptions {
  readonly servers: Servers
  readonly gateways: readonly RunningRole[]
  readonly consumers: readonly RunningRole[]
  readonly folder: string
  readonly random: Random
}

/** Where a process ends itself in its next life, and how often the point may be passed before. */
const points = {
  gateway: ['log.reserved', 'log.sent', 'publishing.before-append', 'publishing.after-append'],
  consumers: ['projector.before-commit', 'projector.after-commit', 'delivery.steps-appended']
} as const

const membersMs = 12_000

/** Does one, and gives the bus some seconds under it. */
export async function doOther(fault: OtherFault, options: OtherFaultOptions): Promise<void> {
  const { servers, random } = options
  if (fault === 'postgres') {
    await servers.postgres.stop('SIGKILL')
    await pause(random.integer(0, 5000))
    await servers.postgres.start()
  } else if (fault === 'members') {
    await joinAndLeave(options)
  } else {
    const point = random.pick([...points[fault], undefined, undefined])
    const role = random.pick(fault === 'gateway' ? options.gateways : options.consumers)
    role.kill(point === undefined ? undefined : `${point}:${random.integer(5, 60)}`)
  }
  await pause(random.integer(2000, 4000))
}

/** A third member comes and goes every two seconds, and is at last killed in the midst of it. */
async function joinAndLeave({ servers, folder }: OtherFaultOptions): Promise<void> {
  const member = await startApart({
    command: [process.execPath, join(import.meta.dirname, 'member.ts'), servers.configFile],
    runs: /(joins)/,
    log: join(folder, 'member.log')
  })
  await pause(membersMs)
  member?.kill()
  await member?.ended
}
