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
  /** SHA-256 of the last record that the outside was given, if the state takes it into account. */
  readonly givenHash?: string
  /** `dossier.received.v1` was published, or delivered. */
  readonly isReceived?: boolean
  /** The finished status that was published last as `dossier.completed.v1`. */
  readonly completedAs?: string
  /** How many supplement rounds were published. */
  readonly rounds?: number
  /** The flow that it belongs to, if that is not its own. */
  readonly flow?: string
}

/** States of dossiers, as the host's marks have them, and what became of them since. */
export interface DossierStates {
  /** Undefined for a dossier that the instance has not read or sent. */
  of(code: string): Promise<DossierState | undefined>
  /** The marks to write with the item, or the delivery, that leaves this state behind. */
  set(code: string, state: DossierState): Marks
  /** Whether the instance sent this progress. */
  hasSent(code: string, hash: string): Promise<boolean>
}

/** Marks that the host may not have written yet. */
export interface UnwrittenMarks {
  valueOf(key: string): string | undefined
  forget(marks: Marks): void
}

export function createDossierStates(
  { mark }: Pick<ConnectorIo, 'mark'>,
  unwritten?: UnwrittenMarks
): DossierStates {
  const changed = new Map<string, DossierState>()
  const read = async (key: string): Promise<string | undefined> =>
    unwritten?.valueOf(key) ?? (await mark(key))
  return {
    async of(code) {
      const known = changed.get(code)
      if (known) return known
      const text = await read(keyOf(code))
      return text === undefined ? undefined : (JSON.parse(text) as DossierState)
    },
    set(code, state) {
      changed.set(code, state)
      const marks = { [keyOf(code)]: JSON.stringify(state) }
      unwritten?.forget(marks)
      return marks
    },
    hasSent: async (code, hash) => (await read(sentKeyOf(code, hash))) !== undefined
  }
}

/** The mark of progress that was sent: the outside may list it. */
export function sentMark(code: string, hash: string): Marks {
  return { [sentKeyOf(code, hash)]: '' }
}

function keyOf(code: string): string {
  return `dossier ${code}`
}

function sentKeyOf(code: string, hash: string): string {
  return `progress ${code} ${hash.slice(0, 32)}`
}
