import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Asked, Command, SiteMessage, SitePlan } from './messages.ts'

/** Portals in a process of their own. */
export interface Sites {
  readonly ports: readonly number[]
  readonly asked: readonly Asked[]
  /** How many articles a portal has published. */
  addedBy(site: number): number
  add(site: number): void
  /** From now on every portal does what it should. */
  fix(): void
  close(): Promise<void>
}

export async function startSites(plans: readonly SitePlan[]): Promise<Sites> {
  const program = new URL('./sites.process.ts', import.meta.url)
  const child = fork(program, [JSON.stringify(plans)])
  const asked: Asked[] = []
  const added = plans.map(() => 0)
  const ready = Promise.withResolvers<readonly number[]>()
  child.once('exit', () => ready.reject(new TypeError('the portals ended')))
  child.on('message', (message: SiteMessage) => {
    if ('ports' in message) ready.resolve(message.ports)
    else if ('asked' in message) asked.push(message.asked)
    else added[message.added] = (added[message.added] ?? 0) + 1
  })
  const send = (command: Command): void => void child.send(command)
  return {
    ports: await ready.promise,
    asked,
    addedBy: (site) => added[site] ?? 0,
    add: (site) => send({ add: site }),
    fix: () => send({ fix: true }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
}
