import { hkdfSync } from 'node:crypto'
import type { InstanceKey } from './authorization.ts'

/** A secret of an instance for one purpose, derived from the key that it signs events with. */
export function instanceSecret(
  { secret }: Pick<InstanceKey, 'secret'>,
  instance: string,
  purpose: string
): Uint8Array {
  const info = JSON.stringify(['connector secret', instance, purpose])
  return new Uint8Array(hkdfSync('sha256', secret, '', info, 32))
}
