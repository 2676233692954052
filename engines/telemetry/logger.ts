import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** Where secrets and personal content could stand in a logged object; replaced before the line is written. */
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
  /** Where lines go; standard error when absent, so that standard output stays a command's own. */
  readonly destination?: DestinationStream
}

/** JSON lines by pino; tokens, keys and payloads never reach them. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino(
    { level, redact: { paths: redacted, censor: '[redacted]' }, base: null },
    destination ?? pino.destination(2)
  )
}
