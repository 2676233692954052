import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { LimitsConfig } from './limits-config.ts'
import { createRoom, type Room } from './room.ts'

/** What one agency uses of the gateway, or one address that has shown no token. */
export interface Share {
  /** For request bodies, before they are read. */
  readonly bodies: Room
  /** For answers, until they are taken. */
  readonly answers: Room
  /** Counts a request in, with the bytes its body announces. Throws `BUS_TOO_MANY_REQUESTS`, then it is not counted. */
  begin(bytes: number): void
  end(): void
  /** Counts bytes that no request announced. Throws `BUS_TOO_MANY_REQUESTS` if all are used up. */
  receive(bytes: number): void
  /** Throws `BUS_TOO_MANY_REQUESTS`, then it is not counted. */
  beginLongPoll(): void
  endLongPoll(): void
  /** `RateLimit` of an answer (draft-ietf-httpapi-ratelimit-headers): what is left, and for how many seconds. */
  rateLimit(): string
}

export interface Shares {
  /** `RateLimit-Policy` of every answer. */
  readonly policy: string
  of(who: string): Share
}

export interface SharesOptions {
  readonly limits: LimitsConfig
  /** A clock that is never set, in milliseconds. */
  readonly now?: () => number
}

const second = 1000
const minute = 60_000
const waiting = { maxWaitMs: 10_000 }
/** A request that waits holds what its connection has read ahead, some 64 KB; an answer that waits holds nothing. */
const maxBodiesWaiting = 100

export function createShares({ limits, now = () => performance.now() }: SharesOptions): Shares {
  const shares = new Map<string, CountedShare>()
  const { requestsPerSecond, bytesPerMinute, openRequests } = limits
  let cleanedAt = now()

  /** Whoever has nothing open and all its quota is as one never seen. */
  const clean = (): void => {
    if (now() - cleanedAt < minute) return
    cleanedAt = now()
    for (const [who, share] of shares) if (share.isIdle) shares.delete(who)
  }

  return {
    policy: [
      `"requests";q=${requestsPerSecond};w=1`,
      `"bytes";q=${bytesPerMinute};w=60;qu="content-bytes"`,
      `"open";q=${openRequests};qu="concurrent-requests"`
    ].join(', '),
    of(who) {
      const known = shares.get(who)
      if (known) return known
      clean()
      const share = new CountedShare(limits, now)
      shares.set(who, share)
      return share
    }
  }
}

class CountedShare implements Share {
  readonly bodies: Room
  readonly answers: Room
  readonly #limits: LimitsConfig
  readonly #requests: Quota
  readonly #bytes: Quota
  #open = 0
  #longPolls = 0

  constructor(limits: LimitsConfig, now: () => number) {
    this.#limits = limits
    this.#requests = new Quota(limits.requestsPerSecond, second, now)
    this.#bytes = new Quota(limits.bytesPerMinute, minute, now)
    this.bodies = createRoom({ ...waiting, bytes: limits.bodyBytes, maxWaiting: maxBodiesWaiting })
    this.answers = createRoom({ ...waiting, bytes: limits.answerBytes, maxWaiting: limits.openRequests })
  }

  begin(bytes: number): void {
    const { openRequests } = this.#limits
    if (this.#open >= openRequests) refuse('requests-open', openRequests, second)
    if (this.#requests.left < 1) refuse('requests-too-many', this.#requests.size, this.#requests.renewsInMs)
    this.#checkBytes()
    this.#requests.use(1)
    this.#bytes.use(bytes)
    this.#open += 1
  }

  end(): void {
    this.#open -= 1
  }

  receive(bytes: number): void {
    this.#checkBytes()
    this.#bytes.use(bytes)
  }

  beginLongPoll(): void {
    const { longPolls } = this.#limits
    if (this.#longPolls >= longPolls) refuse('long-polls-open', longPolls, second)
    this.#longPolls += 1
  }

  endLongPoll(): void {
    this.#longPolls -= 1
  }

  #checkBytes(): void {
    if (this.#bytes.left <= 0) refuse('bytes-too-many', this.#bytes.size, this.#bytes.renewsInMs)
  }

  rateLimit(): string {
    return `"requests";${this.#requests}, "bytes";${this.#bytes}`
  }

  get isIdle(): boolean {
    const isUnused = this.#requests.isFull && this.#bytes.isFull
    return isUnused && this.#open === 0 && this.bodies.isEmpty && this.answers.isEmpty
  }
}

/** So much in each window of time. */
class Quota {
  readonly size: number
  readonly #windowMs: number
  readonly #now: () => number
  #begun = 0
  #used = 0

  constructor(size: number, windowMs: number, now: () => number) {
    this.size = size
    this.#windowMs = windowMs
    this.#now = now
  }

  get left(): number {
    this.#renew()
    return this.size - this.#used
  }

  get isFull(): boolean {
    return this.left === this.size
  }

  get renewsInMs(): number {
    return Math.max(0, this.#begun + this.#windowMs - this.#now())
  }

  use(amount: number): void {
    this.#renew()
    this.#used += amount
  }

  toString(): string {
    return `r=${Math.max(0, this.left)};t=${Math.ceil(this.renewsInMs / second)}`
  }

  #renew(): void {
    if (this.#used > 0 && this.renewsInMs > 0) return
    this.#begun = this.#now()
    this.#used = 0
  }
}

function refuse(fault: Fault, limit: number, waitMs: number): never {
  throw new BusError('BUS_TOO_MANY_REQUESTS', fault, { waitMs, values: { limit } })
}
