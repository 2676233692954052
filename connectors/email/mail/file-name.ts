import { decodeWords } from 'postal-mime'
import { oneLine } from '../one-line.ts'
import { compose } from './decode-text.ts'

const longest = 200

/** A name as a file may have it: no path, and nothing that is not seen. Undefined if nothing remains. */
export function safeFileName(given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  const last = compose(decodeWords(given)).split(/[/\\]/).at(-1) ?? ''
  const name = oneLine(last.replaceAll(/[\p{Cf}\p{Co}]/gu, ''), longest)
  return /^\.*$/.test(name) ? undefined : name
}
