import { fstatSync } from 'node:fs'
import { styleText } from 'node:util'
import type { LoggerOptions } from '#engines/telemetry/logger.ts'
import { visible } from '#protocol/errors/visible-text.ts'

/**
 * The only file that writes to a terminal. Texts of agencies, of the bus and of
 * other servers are printed with their control characters escaped, so that they
 * cannot control the terminal.
 */

/** Writes a command's result: lines for people, or one JSON value per line for scripts. */
export interface Output {
  /** Writes `text` for people or `fields` for scripts. */
  line(text: string, fields: object): void
}

export function createOutput({ json }: { readonly json: boolean }): Output {
  return { line: (text, fields) => say(json ? JSON.stringify(fields) : text) }
}

/** A colour or weight of `util.styleText`. */
export type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'

/** A part of a line, in a style where standard output is a terminal that shows it. */
export type Part = string | readonly [style: Style, text: string]

/** Writes a line to standard output. */
export function say(...parts: readonly Part[]): void {
  const shown = parts.map((part) =>
    typeof part === 'string' ? visible(part) : styleText(part[0], visible(part[1]))
  )
  process.stdout.write(`${shown.join('')}\n`)
}

const endUnread = ({ code }: NodeJS.ErrnoException): void => process.exit(code === 'EPIPE' ? 0 : 1)

/** Ends the process when what reads its standard output has read enough, as `head` does. */
export function endWhenUnread(): void {
  process.stdout.on('error', endUnread)
}

/** A bus serves whether or not somebody reads what it prints. */
export function goOnUnread(): void {
  process.stdout.off('error', endUnread).on('error', () => {})
  process.stderr.on('error', () => {})
}

/** Writes a line to standard error. */
export function warn(line: string): void {
  process.stderr.write(`${visible(line)}\n`)
}

/** Writes an error that nobody foresaw to standard error, with where it came from. */
export function warnOf(error: unknown): void {
  warn(String(error))
  const frames = error instanceof Error ? (error.stack?.match(/^ +at .+$/gm) ?? []) : []
  for (const frame of frames) warn(frame)
}

/** So much is kept for a reader of the log that does not read; what comes then is dropped, and counted. */
const maxUnreadBytes = 1_048_576

/**
 * Standard error for the log of a bus, if it is a pipe; else undefined. If its reader stalls, pino's own destination
 * would keep every line in memory, and keep the process alive until all were read. If its reader is gone, lines are lost.
 */
export function pipeOfLog(): LoggerOptions['destination'] {
  const kind = fstatSync(2)
  if (!kind.isFIFO() && !kind.isSocket()) return undefined
  let dropped = 0
  return {
    write(line) {
      if (process.stderr.writableLength > maxUnreadBytes) {
        dropped += 1
        return
      }
      if (dropped > 0) process.stderr.write(droppedLine(dropped))
      dropped = 0
      process.stderr.write(line)
    }
  }
}

function droppedLine(dropped: number): string {
  const msg = 'lines of the log were dropped: nothing read standard error'
  return `${JSON.stringify({ level: 40, time: Date.now(), dropped, msg })}\n`
}
