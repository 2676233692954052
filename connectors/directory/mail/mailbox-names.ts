import { type Doveadm, type DoveadmIo, doveadm } from './doveadm.ts'

/** Names of all users that Dovecot knows, in lower case. */
export async function mailboxNames(settings: Doveadm, io: DoveadmIo): Promise<ReadonlySet<string>> {
  const { users } = await doveadm(settings, [['user', { userMask: ['*'] }, 'users']], io)
  const { userList = [] } = users as { readonly userList?: readonly string[] }
  return new Set(userList.map((name) => name.toLowerCase()))
}
