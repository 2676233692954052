import { join } from 'node:path'
import type { DemoServer, InstalledServers } from '../../servers/installed.ts'
import type { Spoken } from '../narrator.ts'
import type { Actor, ProvincePart } from './cast.ts'
import type { Flow } from './flow.ts'

/**
 * What happens in the full demo, in this order: to a new official, then to a citizen's case. At each moment all kinds do
 * their part at the same time.
 */
export const moments = [
  ...(['appointed', 'signedIn'] as const),
  ...(['received', 'supplementRequested', 'notified', 'supplemented'] as const),
  ...(['processed', 'consulted', 'decided', 'completed'] as const)
]
export type Moment = (typeof moments)[number]

export interface DemoKindOptions {
  /** Folder of the private keys, `<agency code>.<system>.jwk`. */
  readonly keysFolder: string
  /** Folder for packages, `<agency code>/in` and `/out`. */
  readonly packagesFolder: string
  readonly servers: InstalledServers
}

/**
 * One kind of connector in the full demo, with its outside systems: a file of its own in `kinds/`, and a line in
 * `kinds.ts`.
 */
export interface DemoKind {
  /** What people see of it: `portal (WordPress)`. */
  readonly title: Spoken
  /** Servers that it needs; the kind is left out, and named, if one of them cannot run here. */
  readonly needs?: readonly DemoServer[]
  /** Starts its outside systems, before the bus. */
  open(options: DemoKindOptions): Promise<OpenDemoKind>
}

export interface OpenDemoKind {
  readonly province: ProvincePart
  /** Instances, as an operator writes them in `lienthong.yaml`. */
  readonly connectors: readonly object[]
  /** Acts at its outside systems, and what must be seen there and in inboxes. Rejects with `MissingStep`. */
  readonly steps: Partial<Readonly<Record<Moment, (flow: Flow) => Promise<void>>>>
  /** Where to look while the demo runs: addresses, users and passwords. */
  readonly visit: readonly Spoken[]
  close(): Promise<void>
}

/** For outside systems on this machine. A new object each time: the bus fills in defaults. */
export const onThisMachine = () => ({ allowPlainHttp: true, allowPrivateAddresses: true })

/** What all instances have: a name, the system they act as, its key. They ask their outside systems often. */
export function instanceOf(
  { keysFolder }: Pick<DemoKindOptions, 'keysFolder'>,
  kind: string,
  { code }: Actor,
  system: string
): object {
  return {
    name: `${kind}-${code}`.toLowerCase().replaceAll('.', '-'),
    ...{ kind, system: `/agencies/${code}/systems/${system}` },
    ...{ keyFile: join(keysFolder, `${code}.${system}.jwk`), every: '500ms' }
  }
}
