import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { FeedFaultName } from '#deploy/outsides/feed-faults.ts'

/** What a portal has its articles read from. */
export type Source = 'rss' | 'atom' | 'wordpress'

/** A portal to be started. */
export interface SitePlan {
  readonly source: Source
  readonly fault: FeedFaultName | undefined
}

/** A request that a portal has answered, or that was broken off. Instants of `Date.now`. */
export interface Asked {
  readonly site: number
  readonly target: string
  readonly from: number
  readonly to: number
}

/** To the process of the portals: publishes an article on one, or mends all. */
export type Command = { readonly add: number } | { readonly mend: true }

/** From it. */
export type Told =
  | { readonly ports: readonly number[] }
  | { readonly asked: Asked }
  | { readonly added: number }

/** Portals in a process of their own. */
export interface Sites {
  readonly ports: readonly number[]
  readonly asked: readonly Asked[]
  /** How many articles a portal has published. */
  addedBy(site: number): number
  add(site: number): void
  /** From now on every portal does what it should. */
  mend(): void
  close(): Promise<void>
}

export async function startSites(plans: readonly SitePlan[]): Promise<Sites> {
  const program = new URL('./sites.process.ts', import.meta.url)
  const child = fork(program, [JSON.stringify(plans)])
  const asked: Asked[] = []
  const added = plans.map(() => 0)
  const ready = Promise.withResolvers<readonly number[]>()
  child.once('exit', () => ready.reject(new TypeError('the portals ended')))
  child.on('message', (told: Told) => {
    if ('ports' in told) ready.resolve(told.ports)
    else if ('asked' in told) asked.push(told.asked)
    else added[told.added] = (added[told.added] ?? 0) + 1
  })
  const send = (command: Command): void => void child.send(command)
  return {
    ports: await ready.promise,
    asked,
    addedBy: (site) => added[site] ?? 0,
    add: (site) => send({ add: site }),
    mend: () => send({ mend: true }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
}
