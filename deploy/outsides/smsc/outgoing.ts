import type { Session } from 'smpp'

/** What the centre has for its client, in order; it keeps each until a client answers that it took it. */
export interface Outgoing {
  give(fields: object): void
  /** Gives everything once more that was ever given. */
  again(): void
  attach(session: Session): void
  detach(session: Session): void
}

const againMs = 200

interface Given {
  readonly fields: object
  /** The session that has it now. */
  session: Session | undefined
}

/** `window`: messages that are given before the first of them is answered. */
export function createOutgoing(window: number): Outgoing {
  const ever: object[] = []
  const waiting: Given[] = []
  let current: Session | undefined

  const pump = (): void => {
    const session = current
    if (!session) return
    for (const one of waiting.slice(0, window)) {
      if (one.session === session) continue
      one.session = session
      session.deliver_sm(one.fields, ({ command_status: status }) => {
        if (status === 0) waiting.splice(waiting.indexOf(one), 1)
        else one.session = undefined
        if (status === 0) pump()
        else setTimeout(pump, againMs)
      })
    }
  }

  const add = (fields: object): void => {
    waiting.push({ fields, session: undefined })
    pump()
  }
  return {
    give(fields) {
      ever.push(fields)
      add(fields)
    },
    again: () => ever.slice().forEach(add),
    attach(session) {
      current = session
      pump()
    },
    detach(session) {
      if (current === session) current = undefined
    }
  }
}
