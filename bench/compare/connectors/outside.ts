import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** How an outside treats an instance. */
export interface Behaviour {
  /** Items that it has from the beginning on. */
  readonly items?: number
  /** Every answer to a delivery takes this long; Infinity: there is none. */
  readonly delayMs?: number
  /** Status of every answer to a delivery. */
  readonly status?: number
  /** Whether to report when each event arrived. */
  readonly timed?: boolean
}

/** What an outside saw of an instance. Times are in milliseconds since the epoch. */
export interface Seen {
  /** When it gave the first items. */
  readonly itemsAt: number | undefined
  readonly acknowledged: number
  readonly acknowledgedAt: number
  readonly deliveries: number
  readonly deliveredAt: number | undefined
  readonly polls: number
  readonly arrivals: readonly (readonly [id: string, at: number])[]
}

/** The outsides of all instances: one small server in a process of its own. */
export interface Outside {
  /** The address of an instance's outside. */
  urlOf(name: string): string
  /** Sets what an instance finds; what was seen of it before is forgotten. */
  behave(name: string, behaviour: Behaviour): Promise<void>
  seen(name: string): Promise<Seen>
  end(): void
}

export type OutsideRequest =
  | { readonly name: string; readonly behaviour: Behaviour }
  | { readonly name: string; readonly seen: true }

export async function startOutside(): Promise<Outside> {
  const child = fork(join(import.meta.dirname, 'outside-process.ts'), { serialization: 'advanced' })
  const [url] = (await once(child, 'message')) as [string]
  let before: Promise<unknown> = Promise.resolve()
  const ask = <T>(request: OutsideRequest): Promise<T> => {
    const answer = before.then(async () => {
      child.send(request)
      const [message] = (await once(child, 'message')) as [T]
      return message
    })
    before = answer
    return answer
  }
  return {
    urlOf: (name) => `${url}/${name}`,
    behave: (name, behaviour) => ask({ name, behaviour }),
    seen: (name) => ask({ name, seen: true }),
    end: () => void child.kill()
  }
}
