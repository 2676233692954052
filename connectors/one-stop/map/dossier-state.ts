import type { ConnectorIo, Marks } from '../../connector.ts'

/** What an instance remembers of a dossier, between its records. */
export interface DossierState {
  /** Number of the last version that was read. */
  readonly version: number
  /** When the last record was read or sent, in milliseconds since the epoch; of a retried one, when it was quarantined. */
  readonly readAt?: number
  /** SHA-256 of the last record, read or sent. */
  readonly hash?: string
  /** The status in that record. */
  readonly recordStatus?: string
  /** The newest status, from a record or from progress. */
  readonly status?: string
  /** When that status was set, as far as the outside says. */
  readonly statusAt?: string
  /** SHA-256 of the last record that the outside was given, if the state takes it into account. */
  readonly givenHash?: string
  /** `dossier.received.v1` was published, or delivered. */
  readonly isReceived?: boolean
  /** The flow that it belongs to, if that is not its own. */
  readonly flow?: string
  /** Id of the last event given to the agency that is delivered, or older than the last record that was read. */
  readonly given?: string
}

/** States of dossiers, as the host's marks have them, and what became of them since. */
export interface DossierStates {
  /** Undefined for a dossier that the instance has not read or sent. */
  of(code: string): Promise<DossierState | undefined>
  /** The marks to write with the item, or the delivery, that leaves this state behind. */
  set(code: string, state: DossierState): Marks
  /** Whether the instance has read or sent this progress. */
  hasProgress(code: string, hash: string): Promise<boolean>
  /** The marks to write with progress that was read or sent: the outside lists it again. */
  setProgress(code: string, hash: string): Marks
  /** The time, in milliseconds since the epoch; later each time, so that it tells the order of records. */
  now(): number
}

/** Marks that the host may not have written yet. */
export interface UnwrittenMarks {
  valueOf(key: string): string | undefined
  forget(marks: Marks): void
}

export function createDossierStates(
  { mark, now }: Pick<ConnectorIo, 'mark' | 'now'>,
  unwritten?: UnwrittenMarks
): DossierStates {
  const changed = new Map<string, string>()
  let last = 0
  const read = async (key: string): Promise<string | undefined> =>
    changed.get(key) ?? unwritten?.valueOf(key) ?? (await mark(key))
  const write = (key: string, value: string): Marks => {
    changed.set(key, value)
    unwritten?.forget({ [key]: value })
    return { [key]: value }
  }
  return {
    async of(code) {
      const text = await read(keyOf(code))
      return text === undefined ? undefined : (JSON.parse(text) as DossierState)
    },
    set: (code, state) => write(keyOf(code), JSON.stringify(state)),
    hasProgress: async (code, hash) => (await read(progressKeyOf(code, hash))) !== undefined,
    setProgress: (code, hash) => write(progressKeyOf(code, hash), ''),
    now() {
      last = Math.max(last + 1, now())
      return last
    }
  }
}

function keyOf(code: string): string {
  return `dossier ${code}`
}

function progressKeyOf(code: string, hash: string): string {
  return `progress ${code} ${hash.slice(0, 32)}`
}
