import type { ConnectorIo, Marks } from '../../connector.ts'

/** What an instance remembers of a dossier, between its records. */
export interface DossierState {
  /** Number of the last version. */
  readonly version: number
  /** SHA-256 of the last record, read or sent. */
  readonly hash?: string
  readonly status?: string
  /** When that status was set, as far as the outside says. */
  readonly statusAt?: string
  /** `dossier.received.v1` was published, or delivered. */
  readonly isReceived?: boolean
  /** The finished status that was published last as `dossier.completed.v1`. */
  readonly completedAs?: string
  /** How many supplement rounds were published. */
  readonly rounds?: number
  /** The flow that it belongs to, if that is not its own. */
  readonly flow?: string
}

/** States of dossiers: the host's marks, and what became of them since they were written. */
export interface DossierStates {
  of(code: string): Promise<DossierState>
  set(code: string, state: DossierState): Marks
}

const unknown: DossierState = { version: 0 }

/** States that the host may not have written yet. */
export interface RecentStates {
  readonly values: ReadonlyMap<string, DossierState>
  /** Its mark is about to be newer. */
  forget(code: string): void
}

export function createDossierStates(
  { mark }: Pick<ConnectorIo, 'mark'>,
  recent?: RecentStates
): DossierStates {
  const changed = new Map<string, DossierState>()
  return {
    async of(code) {
      const known = changed.get(code) ?? recent?.values.get(code)
      if (known) return known
      const text = await mark(keyOf(code))
      return text === undefined ? unknown : (JSON.parse(text) as DossierState)
    },
    set(code, state) {
      changed.set(code, state)
      recent?.forget(code)
      return { [keyOf(code)]: JSON.stringify(state) }
    }
  }
}

function keyOf(code: string): string {
  return `dossier ${code}`
}
