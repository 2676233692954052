/** The fields of one recipient, or of the report, by lower-case name: the first of a name counts. */
export type StatusFields = ReadonlyMap<string, string>

const mostGroups = 200

/** Reads the fields of a report (RFC 3464, RFC 5965): groups apart by empty lines, long fields over several lines. */
export function readStatusFields(text: string): readonly StatusFields[] {
  const groups: Map<string, string>[] = []
  let open: Map<string, string> | undefined
  let last: string | undefined
  for (const line of text.replaceAll(/\r\n?/g, '\n').split('\n')) {
    if (line.trim() === '') {
      open = undefined
      last = undefined
    } else if (/^[ \t]/.test(line) && open && last !== undefined) {
      const before = open.get(last) ?? ''
      if (before.length < 10_000) open.set(last, `${before} ${line.trim()}`)
    } else {
      const [, name, value = ''] = /^([!-9;-~]{1,100})[ \t]*:(.*)$/.exec(line) ?? []
      if (name === undefined) continue
      if (groups.length >= mostGroups && !open) break
      if (!open) {
        open = new Map()
        groups.push(open)
      }
      const key = name.toLowerCase()
      last = open.has(key) ? undefined : key
      if (last !== undefined) open.set(key, value.trim())
    }
  }
  return groups
}

/** The address in a field such as `rfc822; <a@b>`: xtext and the escapes of RFC 6533 are undone. */
export function addressIn(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const [, type = '', rest = ''] = /^\s*([A-Za-z0-9-]+)\s*;(.*)$/s.exec(value) ?? [undefined, '', value]
  const bare = (/<([^<>]*)>/.exec(rest)?.[1] ?? rest).replaceAll(/\([^()]*\)/g, '').trim()
  const decoded = type.toLowerCase() === 'utf-8' ? unescapeUtf8(bare) : bare
  const address = decoded.replaceAll(/\+([0-9A-F]{2})/g, (given, hex: string) =>
    unescapeXtext(given, hex, value)
  )
  return /^[^\s@]{1,200}@[^\s@]{1,255}$/.test(address) ? address : undefined
}

/** `+2B` is a plus sign; in a field that has no other escape, it may be a part of the address. */
function unescapeXtext(given: string, hex: string, value: string): string {
  const isEscape = /\+(?:2B|3D)/.test(value)
  return isEscape ? String.fromCharCode(Number.parseInt(hex, 16)) : given
}

function unescapeUtf8(text: string): string {
  return text.replaceAll(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (given, hex: string) => {
    const code = Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : given
  })
}
