import { type Doveadm, type DoveadmIo, doveadm } from './doveadm.ts'

/** Names of all users that Dovecot knows, in lower case. */
export async function mailboxNames(settings: Doveadm, io: DoveadmIo): Promise<ReadonlySet<string>> {
  const { users } = await doveadm(settings, [['user', { userMask: ['*'] }, 'users']], io)
  const found = Array.isArray(users) ? users : []
  // It gives an object for each user, or one whose members are the users.
  const names = found.flatMap((one) =>
    typeof one?.username === 'string' ? [one.username] : Object.keys(one ?? {})
  )
  return new Set(names.map((name: string) => name.toLowerCase()))
}
