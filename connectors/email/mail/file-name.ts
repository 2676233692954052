import { decodeWords } from 'postal-mime'
import { isFileName } from '#protocol/events/file-name.ts'
import { oneLine } from '../one-line.ts'
import { compose } from './decode-text.ts'

const longest = 200

/**
 * A name as a file of an event may have it: no path, and nothing that is not seen. Phones write times with colons, and
 * people end names with dots. Undefined if nothing remains.
 */
export function safeFileName(given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  const last = compose(decodeWords(given)).split(/[/\\]/).at(-1) ?? ''
  const seen = oneLine(last.replaceAll(/[\p{Cf}\p{Co}]/gu, ''), longest)
  const name = withoutEnd(seen.replaceAll(':', '-').replaceAll('%', '_'))
  // Devices of Windows are no names of files.
  return name === '' ? undefined : [name, `_${name}`].find(isFileName)
}

/** Windows cuts off dots and spaces at the end. */
function withoutEnd(name: string): string {
  let end = name.length
  while (end > 0 && /[\s.]/.test(name.charAt(end - 1))) end -= 1
  return name.slice(0, end)
}
