import { faults } from '../faults.ts'
import { type Doveadm, type DoveadmIo, doveadm } from './doveadm.ts'

/** Ends the open mail sessions of a person, and lets Dovecot forget the password that it may remember. */
export async function endSessions(settings: Doveadm, name: string, io: DoveadmIo): Promise<void> {
  if (/[*?]/.test(name)) throw faults.nameIsMask({ values: { name } })
  const commands = [
    ['authCacheFlush', { user: [name] }, 'forget'],
    ['kick', { mask: [name] }, 'end']
  ] as const
  await doveadm(settings, commands, io)
}
