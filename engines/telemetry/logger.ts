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
  const stream = destination ?? pino.destination(2)
  return pino(
    { level, redact: { paths: redacted, censor: '[redacted]' }, base: null },
    { write: (line) => stream.write(`${visible(line.trimEnd())}\n`) }
  )
}
