import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ServerSettings } from '../settings.ts'

/** Sessions of one instance. They are signed, not kept: any process can check them. */
export interface Sessions {
  /** A session, if user and password are right. */
  open(user: unknown, password: unknown, now: number): string | undefined
  isOpen(session: unknown, now: number): boolean
}

export function createSessions(
  instance: string,
  { user, password, sessionMinutes }: Pick<ServerSettings, 'user' | 'password' | 'sessionMinutes'>
): Sessions {
  const key = createHash('sha256')
    .update(JSON.stringify(['one-stop session', instance, user, password]))
    .digest()
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url')
  return {
    open(givenUser, givenPassword, now) {
      const isUser = isSame(givenUser, user)
      const isPassword = isSame(givenPassword, password) // Both are compared, so that the time tells nothing.
      if (!isUser || !isPassword) return undefined
      const text = `${Math.floor(now / 1000) + sessionMinutes * 60}.${randomBytes(12).toString('base64url')}`
      return `${text}.${sign(text)}`
    },
    isOpen(session, now) {
      const [until = '', nonce = '', signature = ''] = typeof session === 'string' ? session.split('.') : []
      return isSame(signature, sign(`${until}.${nonce}`)) && Number(until) * 1000 > now
    }
  }
}

function isSame(given: unknown, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected))
}
