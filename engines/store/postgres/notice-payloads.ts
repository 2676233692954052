import type { Notice } from '../../signals/relay.ts'

/** A PostgreSQL notification has less than 8,000 bytes. */
const mostBytes = 7900
const all = 'missed'

/**
 * Packs names into as few payloads as possible. If there are more than `mostNames`, or one that fits no
 * payload, the only payload tells every waiter to look.
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

/** Reads a payload. Anyone who may connect may notify, so a payload that cannot be read counts as `missed`. */
export function noticeOf(payload: string | undefined): Notice {
  try {
    const names: unknown = JSON.parse(payload ?? '')
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return { names }
  } catch {
    return 'missed'
  }
  return 'missed'
}
