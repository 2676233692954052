import { catalogue, type ErrorCode, type Retry } from './catalogue.ts'
import { type Fault, textOf, type Values } from './faults.ts'

export interface BusErrorOptions {
  /** The error that this one translates; only logged. */
  readonly cause?: unknown
  /** How long the caller should wait before trying again. */
  readonly waitMs?: number
  /** Values for the placeholders in the fault's text. Never a token, a key or a personal field. */
  readonly values?: Values
}

/** The only error class that is thrown on purpose. Distinguish errors by `code`. */
export class BusError extends Error {
  override readonly name = 'BusError'
  readonly code: ErrorCode
  /** Key of the text that says what went wrong. */
  readonly fault: Fault
  /** How long to wait before trying again, in milliseconds. */
  readonly waitMs: number | undefined
  /** Values for the placeholders in that text. */
  readonly values: Values

  constructor(code: ErrorCode, fault: Fault, options: BusErrorOptions = {}) {
    super(textOf(fault, options.values ?? {}, 'en'), { cause: options.cause })
    this.code = code
    this.fault = fault
    this.waitMs = options.waitMs
    this.values = options.values ?? {}
  }

  /** The HTTP status of the answer. */
  get status(): number {
    return catalogue[this.code].status
  }

  /** Whether the same request may succeed later without a change. */
  get retry(): Retry {
    return catalogue[this.code].retry
  }
}

const programmingErrors = [TypeError, ReferenceError, RangeError, SyntaxError]

/** An unknown failure may pass; a bug in our own code will not, however long we wait. */
export function retryOf(error: unknown): Retry {
  if (error instanceof BusError) return error.retry
  return programmingErrors.some((kind) => error instanceof kind) ? 'never' : 'later'
}

/** The code under which an error leaves the bus. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof BusError ? error.code : 'BUS_INTERNAL'
}
