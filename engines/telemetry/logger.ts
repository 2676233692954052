import { fstatSync } from 'node:fs'
import { type DestinationStream, type Logger, pino } from 'pino'
import { visible } from '#protocol/errors/visible-text.ts'

export type { Logger } from 'pino'

/**
 * Where a logged object may contain secrets or personal data; these members are replaced before the line is
 * written.
 */
const redacted = [
  'token',
  '*.token',
  'authorization',
  '*.authorization',
  'headers.authorization',
  'req.headers.authorization',
  'key',
  'jwk',
  '*.jwk',
  'd',
  '*.d',
  'data',
  '*.data',
  'event.data',
  'body',
  '*.body'
]

export interface LoggerOptions {
  readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** Where lines go; standard error by default, so that standard output carries only a command's result. */
  readonly destination?: DestinationStream
}

/** Writes JSON lines with pino, without control characters. Tokens, keys and payloads are never written. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  const stream = destination ?? standardError()
  return pino(
    { level, redact: { paths: redacted, censor: '[redacted]' }, base: null },
    { write: (line) => stream.write(`${visible(line.trimEnd())}\n`) }
  )
}

/** So much is kept for a reader of the log that does not read; what comes then is dropped, and counted. */
const maxUnreadBytes = 1_048_576

/**
 * Standard error. If it is a pipe whose reader stalls, pino's own destination would keep every line in memory, and keep
 * the process alive until all were read. If its reader is gone, lines are lost and the process goes on.
 */
function standardError(): DestinationStream {
  const kind = fstatSync(2)
  if (!kind.isFIFO() && !kind.isSocket()) return pino.destination(2)
  const { stderr } = process
  stderr.on('error', () => {})
  let dropped = 0
  return {
    write(line) {
      if (stderr.writableLength > maxUnreadBytes) {
        dropped += 1
        return
      }
      if (dropped > 0) stderr.write(droppedLine(dropped))
      dropped = 0
      stderr.write(line)
    }
  }
}

function droppedLine(dropped: number): string {
  const msg = 'lines of the log were dropped: nothing read standard error'
  return `${JSON.stringify({ level: pino.levels.values.warn, time: Date.now(), dropped, msg })}\n`
}
