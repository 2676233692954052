import type { JsonObject } from '#protocol/events/json.ts'

/** What an outside does to every request until it is told otherwise. */
export type OutsideFailure =
  /** 429 with `Retry-After: 5`. */
  | 'busy'
  /** 503. */
  | 'unavailable'
  /** 401. */
  | 'credentials'
  /** It answers deliveries, and no other request, with what means that it will never take them. */
  | 'refuses'

export interface RecordToAdd {
  /** Names the record. It stands in the subject of the event that the record becomes. */
  readonly key: string
  /** It cannot be used. */
  readonly bad?: boolean
}

/** What was told to the outside about a record. */
export interface ReportedOutcome {
  readonly key: string
  readonly quarantined: boolean
}

/** A request by which an outside tells an instance of a record. */
export interface OutsideCall {
  /** Below the address at which the instance receives, such as `/records`. Default: that address itself. */
  readonly path?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The answer to a request. */
export interface OutsideAnswer {
  readonly status: number
  readonly body: string
}

/**
 * An outside for the checks of the kit: a small real server, or a folder, on this machine. What it cannot do is left
 * out, and `notApplicable` says why.
 */
export interface KitOutside {
  /** Where it listens; undefined if it is not reached over a network, or calls itself. */
  readonly port?: number
  /** Settings of an instance. `port`: where the instance reaches the outside, through the fault proxy. */
  settings(port: number): object
  /**
   * For an outside that calls: from now on it calls the instance at this address, again and again. It sends what `add`
   * made until it is told what became of it, and fetches what waits for it. See `createCallingOutside`.
   */
  beginCalls?(address: string): void
  /** Makes records, all at once, in this order. */
  add?(records: readonly RecordToAdd[]): Promise<void>
  /** Changes a record, so that it becomes another event. */
  edit?(key: string): Promise<void>
  /** Gives everything once more that it gave before. */
  again?(): Promise<void>
  /** Makes a record, and the request to `receive` about it, signed as the outside signs. A bad one is in the request alone. */
  call?(record: RecordToAdd): Promise<OutsideCall>
  /**
   * Requests that must be refused, all about a record that the outside never had: made by somebody else, with a wrong
   * password, in a session that is over.
   */
  forge?(key: string): Promise<readonly OutsideCall[]>
  /** What an answer to a request means, as a status of HTTP. Default: the status that it has. */
  meaningOf?(answer: OutsideAnswer): number
  /** Makes a record as slowly as a real outside may. */
  addSlowly?(key: string): Promise<void>
  /** Keys of what was delivered, in order; one that can be seen twice outside stands there twice. */
  arrived?(): Promise<readonly string[]>
  /** When deliveries were attempted, on the clock of `performance.now`. */
  attempts?(): readonly number[]
  /** From now on it answers a delivery so long after it did what was asked, and listed it. */
  setAnswerDelay?(ms: number): void
  reported?(): Promise<readonly ReportedOutcome[]>
  /** Undefined: it answers as usual. */
  fail?(failure: OutsideFailure | undefined): void
  /** Takes it away, or brings it back. Only for one that is not reached over a network. */
  setAway?(isAway: boolean): Promise<void>
  close(): Promise<void>
}

export interface OpenOutsideOptions {
  /** An empty folder. */
  readonly folder: string
  /** The agency of the instance, and the one that it exchanges events with. */
  readonly agency: string
  readonly peer: string
  /** The secret of the settings. It must not be seen anywhere else. */
  readonly secret: string
  /** Where the outside begins to count, if it does. */
  readonly first: number
}

/** What the kit needs of a kind: `fixtures/kit.ts` of its folder exports one by default. */
export interface KindKit {
  open(options: OpenOutsideOptions): Promise<KitOutside>
  /**
   * An event for the instance to deliver; its subject contains the key. Needed if the kind delivers. The kit makes up
   * the keys: an outside that takes only what is about a record of its own has to take them here.
   */
  outbound?(
    key: string,
    agencies: Pick<OpenOutsideOptions, 'agency' | 'peer'>
  ): { readonly type: string; readonly subject: string; readonly data: JsonObject }
  /** Event types that calls become, for a kind that does not poll. */
  readonly publishes?: readonly string[]
  /**
   * `lookUp` cannot always tell: a delivery that was cut off may end in doubt. A kind that does not look up may as well,
   * unless its deliveries are repeatable.
   */
  readonly mayEndInDoubt?: true
  /** Checks that say nothing about this kind, by name, and why. */
  readonly notApplicable?: Readonly<Record<string, string>>
}

export function defineKit(kit: KindKit): KindKit {
  return kit
}
