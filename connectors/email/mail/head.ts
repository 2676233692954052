import type { MailFields } from './read-mail.ts'

/** The fields of a head, unfolded, by lower-case name. Without a library: it is done for every mail of a folder. */
export function readHead(bytes: Buffer): MailFields {
  const [head = ''] = bytes.toString('utf8').split(/\r?\n\r?\n/, 1)
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  return lines.flatMap((line) => {
    const at = line.indexOf(':')
    if (at < 1) return []
    return [{ key: line.slice(0, at).trim().toLowerCase(), value: line.slice(at + 1).trim() }]
  })
}
