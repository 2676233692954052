import { refuse } from './package-fault.ts'

/** Limits of a package that are checked before it is parsed. */

export const maxPackageBytes = 73_400_320
const maxReferences = 20_000
export const maxTagBytes = 65_536

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Throws `BUS_PACKAGE_INVALID` for what is no XML of ours, or would be slow to parse. */
export function checkXml(bytes: Buffer): void {
  if (bytes.length > maxPackageBytes) refuse('package-too-large', { limit: maxPackageBytes / 1_048_576 })
  if (bytes.includes(0)) refuse('package-not-utf8')
  if (hasManyReferences(bytes)) refuse('package-references-many', { limit: maxReferences })
  if (hasHugeTag(bytes)) refuse('package-tag-long', { limit: maxTagBytes })
}

/** The text of a part of a package, of whole characters. Throws `BUS_PACKAGE_INVALID` if it is not UTF-8. */
export function decodeXml(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return refuse('package-not-utf8')
  }
}

/** A long text between what looks like two tags: `tag` is where the first begins. */
export interface LongText {
  readonly tag: number
  readonly start: number
  readonly end: number
}

const longTextBytes = 65_536

/** Long texts without references. An attachment is one: a parser looks at each of its characters, which is slow. */
export function* longTextsIn(bytes: Buffer): Generator<LongText> {
  let reference = bytes.indexOf('&')
  for (let tag = bytes.indexOf('<'); tag >= 0; ) {
    const end = bytes.indexOf('<', tag + 1)
    if (end - tag > longTextBytes) {
      const start = bytes.indexOf('>', tag) + 1
      if (reference >= 0 && reference < start) reference = bytes.indexOf('&', start)
      const hasReference = reference >= 0 && reference < end
      const isPlain = start > 0 && bytes.indexOf('>', start) > end && !hasReference
      if (isPlain && end - start > longTextBytes) yield { tag, start, end }
    }
    tag = end
  }
}

/** A line end or blank as a character reference: some software ends every line of base64 with one. */
const blankReference = /^&#(?:9|10|13|32|x9|x0?[AaDd]|x20);/

/** References are slow to parse. Those that stand for line ends and blanks are as many as an attachment is long. */
function hasManyReferences(bytes: Buffer): boolean {
  let references = 0
  for (let at = bytes.indexOf('&'); at >= 0; at = bytes.indexOf('&', at + 1)) {
    if (blankReference.test(bytes.toString('latin1', at, at + 8))) continue
    references += 1
    if (references > maxReferences) return true
  }
  return false
}

/** A tag of megabytes is slow to parse, whatever it contains; text, comments and CDATA sections may be long. */
function hasHugeTag(bytes: Buffer): boolean {
  for (let at = bytes.indexOf('<'); at >= 0; ) {
    const start = bytes.toString('latin1', at, at + 4)
    const longEnd = start === '<!--' ? '-->' : start.startsWith('<![') ? ']]>' : undefined
    const end = bytes.indexOf(longEnd ?? '>', at)
    if (longEnd === undefined && (end < 0 ? bytes.length : end) - at > maxTagBytes) return true
    if (end < 0) return false
    at = bytes.indexOf('<', end)
  }
  return false
}
