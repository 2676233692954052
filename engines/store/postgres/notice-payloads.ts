import type { Notice } from '../../signals/relay.ts'

/** PostgreSQL takes less than 8,000 bytes in one notification. */
const mostBytes = 7900
const all = 'missed'

/**
 * Names as the fewest payloads that hold them. More names than `mostNames`, or
 * one that fits no payload, become a word to everyone to look.
 */
export function payloadsOf(names: ReadonlySet<string>, mostNames: number): readonly string[] {
  const texts = [...names].map((name) => JSON.stringify(name))
  if (texts.length > mostNames || texts.some((text) => Buffer.byteLength(text) > mostBytes - 2)) return [all]
  const payloads: string[] = []
  let batch: string[] = []
  let bytes = 2
  const finish = (): void => {
    if (batch.length > 0) payloads.push(`[${batch.join(',')}]`)
    batch = []
    bytes = 2
  }
  for (const text of texts) {
    const more = Buffer.byteLength(text) + 1
    if (bytes + more > mostBytes) finish()
    batch.push(text)
    bytes += more
  }
  finish()
  return payloads
}

/** What a payload tells. Anyone who may connect may notify: what cannot be read says no more than `missed`. */
export function noticeOf(payload: string | undefined): Notice {
  try {
    const names: unknown = JSON.parse(payload ?? '')
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return { names }
  } catch {
    return 'missed'
  }
  return 'missed'
}
