import { catalogue, type ErrorCode, type Retry } from './catalogue.ts'
import { type Fault, textOf, type Values } from './faults.ts'

export interface BusErrorOptions {
  /** The error this one translates, for the log. */
  readonly cause?: unknown
  /** How long the caller should wait before trying again. */
  readonly waitMs?: number
  /** What fills the places of the fault's text. Never a token, a key or a personal field. */
  readonly values?: Values
}

/** The only error class thrown on purpose. Tell errors apart by `code`, not by subclass. */
export class BusError extends Error {
  override readonly name = 'BusError'
  readonly code: ErrorCode
  /** Which text of the table of faults says what went wrong. */
  readonly fault: Fault
  /** How long to wait before trying again, in milliseconds. */
  readonly waitMs: number | undefined
  /** What fills the places of that text. */
  readonly values: Values

  constructor(code: ErrorCode, fault: Fault, options: BusErrorOptions = {}) {
    super(textOf(fault, options.values ?? {}, 'en'), { cause: options.cause })
    this.code = code
    this.fault = fault
    this.waitMs = options.waitMs
    this.values = options.values ?? {}
  }

  /** The HTTP status that it leaves the gateway with. */
  get status(): number {
    return catalogue[this.code].status
  }

  /** Whether the same may succeed later without anyone changing it. */
  get retry(): Retry {
    return catalogue[this.code].retry
  }
}

const programmingErrors = [TypeError, ReferenceError, RangeError, SyntaxError]

/** Unknown failures may pass; a bug in our own code will not, however long we wait. */
export function retryOf(error: unknown): Retry {
  if (error instanceof BusError) return error.retry
  return programmingErrors.some((kind) => error instanceof kind) ? 'never' : 'later'
}

/** The code an error leaves the bus with. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof BusError ? error.code : 'BUS_INTERNAL'
}
