import { execFileSync } from 'node:child_process'

/** One direction of what passes a port of this machine. */
export interface Direction {
  readonly port: number
  /** What clients send to it, or what it answers. */
  readonly lost: 'requests' | 'answers'
}

/** Drops every packet of a direction; the other passes. Only for a run in a network of its own. */
export function cut(direction: Direction): void {
  iptables('-A', direction)
}

export function restore(direction: Direction): void {
  iptables('-D', direction)
}

function iptables(act: '-A' | '-D', { port, lost }: Direction): void {
  const where = lost === 'requests' ? '--dport' : '--sport'
  execFileSync('iptables', [act, 'OUTPUT', '-p', 'tcp', where, String(port), '-j', 'DROP'])
}
