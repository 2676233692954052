import { styleText } from 'node:util'
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
