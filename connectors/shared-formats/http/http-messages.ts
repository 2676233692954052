import type { Readable } from 'node:stream'
import type { BusError } from '#protocol/errors/bus-error.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** A stream is read once. */
  readonly body?: string | Uint8Array | Readable | undefined
  /** Largest body of the answer, where it is less than what the client takes. */
  readonly maxBytes?: number | undefined
  /** Whether an answer of this status counts without its body: the request has taken effect. Default: none does. */
  readonly countsWithoutBody?: ((status: number) => boolean) | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** By lower-case name; of headers that occur more than once, all, separated by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Why the body could not be read of an answer that counts without it. */
  readonly unread?: BusError | undefined
}
