import type { MailFields } from './read-mail.ts'

/** Where the head of a mail ends; -1 if its end is not among the bytes. */
export function endOfHead(bytes: Buffer): number {
  const ends = ['\n\r\n', '\n\n'].map((end) => bytes.indexOf(end)).filter((at) => at >= 0)
  return ends.length > 0 ? Math.min(...ends) : -1
}

/** The fields of a head, unfolded, by lower-case name. Without a library: it is done for every mail of a folder. */
export function readHead(bytes: Buffer): MailFields {
  const end = endOfHead(bytes)
  const head = bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  return lines.flatMap((line) => {
    const at = line.indexOf(':')
    if (at < 1) return []
    return [{ key: line.slice(0, at).trim().toLowerCase(), value: line.slice(at + 1).trim() }]
  })
}
