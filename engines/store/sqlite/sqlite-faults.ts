/** SQLite's extended result code; undefined for other errors. */
export function sqliteCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
}

const busy = 5
const ioError = 10
const full = 13
/** The shared-memory file could not grow: the disk is full, which is not fatal. */
const sharedMemoryFull = 4874

/**
 * Whether the content of the disk is unknown. After a failed flush, the next one may succeed without having
 * written the data.
 */
export function isFatal(code: number | undefined): boolean {
  return code !== undefined && (code & 0xff) === ioError && code !== sharedMemoryFull
}

/** Whether the store cannot work now. */
export function isUnavailable(code: number | undefined): boolean {
  return code !== undefined && [busy, ioError, full].includes(code & 0xff)
}

/** Whether another connection has the lock. */
export function isBusy(error: unknown): boolean {
  return ((sqliteCodeOf(error) ?? 0) & 0xff) === busy
}

const tooBig = 18
const constraint = 19
const mismatch = 20
const range = 25

/** Whether a statement was refused because of its values. */
export function isOfValues(code: number | undefined): boolean {
  return code !== undefined && [tooBig, constraint, mismatch, range].includes(code & 0xff)
}

/** An error as sent between threads, which would drop SQLite's code. */
export interface Failed {
  readonly message: string
  readonly errcode: number | undefined
}

export function toFailed(error: unknown): Failed {
  return { message: error instanceof Error ? error.message : String(error), errcode: sqliteCodeOf(error) }
}

class SqliteError extends Error {
  readonly errcode: number

  constructor(message: string, errcode: number) {
    super(message)
    this.errcode = errcode
  }
}

export function toError({ message, errcode }: Failed): Error {
  return errcode === undefined ? new TypeError(message) : new SqliteError(message, errcode)
}
