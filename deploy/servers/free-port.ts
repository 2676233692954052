import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems use for outgoing connections, so that a server that is down for a while
 * finds its port free again.
 */
const lowest = 10_000
const highest = 30_000

/** Ports returned before; their users may listen only later. */
const given = new Set<number>()

/** A port of 127.0.0.1 on which nobody listens and that this process has not returned before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
