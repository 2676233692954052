import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ImapFlow } from 'imapflow'
import { bindPassword, settingsFor } from '#connectors/directory/fixtures/open.ts'
import { mailboxNames } from '#connectors/directory/mail/mailbox-names.ts'
import { eventTypes } from '#connectors/directory/people/person.ts'
import { type KitBus, openKitBus } from '#connectors/kit/kit-bus.ts'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { type Slapd, startSlapd } from '#deploy/servers/slapd.ts'
import { pause } from '#protocol/timing/retry.ts'
import { cli, repository } from '../../helpers/demo-bus.ts'
import { type DirectoryMail, startDirectoryMail } from '../../helpers/servers/directory-mail.ts'
import { kitOptions } from '../kit/run-on.ts'

/** A bus that takes lists of staff to a directory, and thereby to mailboxes. */
export interface FirstSync {
  readonly bus: KitBus
  readonly slapd: Slapd
  /** Gives the bus a list; resolves once it has taken it, with everything that is in it published. */
  take(name: string, list: string): Promise<void>
  /** Resolves once the directory has so many accounts. */
  untilAccounts(count: number): Promise<void>
  /** Number of events that were published. */
  events(): number
  found(): Promise<FoundAccounts>
  /** Runs `lienthong directory compare` with the events on the bus. */
  compare(...flags: readonly string[]): Promise<Command>
}

export interface Command {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface FoundAccounts {
  /** In the directory. */
  readonly accounts: number
  readonly addresses: number
  /** Mailboxes that Dovecot knows. */
  readonly mailboxes: number
  /** Files with first passwords. */
  readonly passwords: number
  /** Whether the last one of them opens its mailbox. */
  readonly signsIn: boolean
}

const staffAgency = '000.01.91.H03'
const directoryAgency = '000.02.91.H03'
const lookMs = 100
const longestMs = 1_800_000

export async function openFirstSync(t: Cleanup, folder: string): Promise<FirstSync> {
  const slapd = await startSlapd(t, bindPassword)
  const mail = await startDirectoryMail(t, slapd)
  const [lists, passwords] = [join(folder, 'lists'), join(folder, 'passwords')]
  await Promise.all([mkdir(join(lists, 'in'), { recursive: true }), mkdir(passwords)])
  const kindFolder = join(repository, 'connectors')
  const bus = await openKitBus({
    ...{ ...kitOptions, folder: join(folder, 'bus') },
    instances: [
      {
        ...{ name: 'can-bo', agency: staffAgency, kind: 'staff', kindFolder, every: '1s' },
        ...{ publishes: eventTypes, delivers: [], settings: { csv: { folder: lists } } }
      },
      {
        ...{ name: 'thu-muc', agency: directoryAgency, kind: 'directory', kindFolder, every: '10m' },
        ...{ publishes: [], delivers: eventTypes, from: staffAgency },
        settings: settingsFor(slapd, passwords, { doveadm: mail.doveadm })
      }
    ]
  })
  t.after(() => bus.close())
  const filesIn = async (path: string): Promise<number> => (await readdir(path)).length
  return {
    ...{ bus, slapd },
    async take(name, list) {
      const accepted = await filesIn(join(lists, 'accepted')).catch(() => 0)
      await writeFile(join(lists, name), list)
      await rename(join(lists, name), join(lists, 'in', name))
      await until(async () => (await filesIn(join(lists, 'accepted')).catch(() => 0)) > accepted)
    },
    async untilAccounts(count) {
      await until(async () => (await filesIn(passwords)) >= count) // Looking there costs nothing.
      await until(async () => accountsIn(slapd).length >= count)
    },
    events: () => bus.published(staffAgency).length,
    compare: (...flags) => {
      const key = join(folder, 'bus', `${directoryAgency}.jwk`)
      const from = ['--gateway', bus.gateway, '--as', bus.systemOf(directoryAgency), '--key', key]
      const config = ['--config', join(folder, 'bus', 'lienthong.yaml')]
      return run([cli, 'directory', 'compare', 'thu-muc', ...config, ...from, ...flags])
    },
    async found() {
      const accounts = accountsIn(slapd)
      const signal = AbortSignal.timeout(60_000)
      const names = await mailboxNames(mail.doveadm, { fetch, signal })
      return {
        accounts: accounts.length,
        addresses: new Set(accounts).size,
        mailboxes: accounts.filter((address) => names.has(address.split('@')[0] ?? '')).length,
        passwords: await filesIn(passwords),
        signsIn: await signsIn(mail, passwords)
      }
    }
  }
}

const execute = promisify(execFile)

async function run(words: readonly string[]): Promise<Command> {
  try {
    return { code: 0, ...(await execute(process.execPath, words)) }
  } catch (error) {
    return error as Command
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + longestMs; performance.now() < end; await pause(lookMs))
    if (await isSo()) return
  throw new TypeError('the list does not get on')
}

/** The addresses of the accounts. */
function accountsIn(slapd: Slapd): readonly string[] {
  const found = slapd.search('(employeeNumber=*)', 'mail')
  return [...found.matchAll(/^mail: (.+)$/gm)].map(([, address = '']) => address)
}

async function signsIn({ ports }: DirectoryMail, passwords: string): Promise<boolean> {
  const file = (await readdir(passwords)).toSorted().at(-1) ?? ''
  const { address, password } = JSON.parse(await readFile(join(passwords, file), 'utf8'))
  const auth = { user: address, pass: password }
  const imap = new ImapFlow({ host: '127.0.0.1', port: ports.imap, secure: false, auth, logger: false })
  try {
    await imap.connect()
    return true
  } catch {
    return false
  } finally {
    imap.close()
  }
}
