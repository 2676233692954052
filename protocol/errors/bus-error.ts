import { catalogue, type ErrorCode, type Retry } from './catalogue.ts'
import { type Fault, faults, filled, type Language, type Values } from './faults.ts'

export interface BusErrorOptions {
  /** The error that this one translates; only logged. */
  readonly cause?: unknown
  /** How long the caller should wait before trying again. */
  readonly waitMs?: number
  /** Values for the placeholders in the fault's text. Never a token, a key or a personal field. */
  readonly values?: Values
}

/** A fault whose texts a kind of connector defines: `<kind>:<key>`. */
export type KindFault = `${string}:${string}`

/** The texts of such a fault. */
export interface KindTexts extends Readonly<Record<Language, string>> {
  readonly key: KindFault
}

/** The same in every copy of this library: a connector from outside may have its own. */
const mark = Symbol.for('lienthong.BusError')

/** The only error class that is thrown on purpose. Distinguish errors by `code`. */
export class BusError extends Error {
  override readonly name = 'BusError'
  readonly code: ErrorCode
  /** Key of the text that says what went wrong. */
  readonly fault: Fault | KindFault
  /** How long to wait before trying again, in milliseconds. */
  readonly waitMs: number | undefined
  /** Values for the placeholders in that text. */
  readonly values: Values
  readonly #texts: Readonly<Record<Language, string>>

  constructor(code: ErrorCode, fault: Fault | KindTexts, options: BusErrorOptions = {}) {
    const texts = typeof fault === 'string' ? faults[fault] : fault
    super(filled(texts.en, options.values ?? {}), { cause: options.cause })
    this.code = code
    this.fault = typeof fault === 'string' ? fault : fault.key
    this.waitMs = options.waitMs
    this.values = options.values ?? {}
    this.#texts = texts
  }

  static override [Symbol.hasInstance](value: unknown): value is BusError {
    return typeof value === 'object' && value !== null && mark in value
  }

  get [mark](): true {
    return true
  }

  /** What went wrong and what to do, for a reader of this language. */
  text(language: Language): string {
    return filled(this.#texts[language], language === 'vi' ? inVietnamese(this.values) : this.values)
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

/** A value that is text itself has its Vietnamese under the same name with `Vi`. */
function inVietnamese(values: Values): Values {
  const own = Object.entries(values).filter(([name]) => name.endsWith('Vi'))
  return { ...values, ...Object.fromEntries(own.map(([name, value]) => [name.slice(0, -2), value])) }
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
