import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe } from 'node:test'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { addMailbox, prepareDovecot } from '#deploy/servers/dovecot.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { prepareSmtpd } from '#deploy/servers/smtpd.ts'
import { makeAuthority } from '../authority.ts'
import { afterSuite } from './cleanup.ts'
import { mustBeInstalled, needs } from './needs.ts'

/** OpenSMTPD, which delivers mail for one domain to Dovecot, both on free ports of 127.0.0.1. */
export interface MailServers {
  readonly domain: string
  readonly password: string
  /** Certificate of the authority that signed that of Dovecot, for `imap.bus.test` and `smtp.bus.test`. */
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  readonly ports: {
    /** Takes mail from anybody. */
    readonly smtp: number
    readonly imap: number
    readonly imaps: number
  }
  /** Makes a mailbox with a password of its own; only where OpenSMTPD takes mail for all names. */
  addMailbox(name: string, password: string): void
  /** Puts mails into an inbox as files: for many, or large ones. `write` writes the file of one. */
  fill(mailbox: string, count: number, write: (path: string, number: number) => void): void
  /** Gives the mails of an inbox new numbers, as a restored server does (UIDVALIDITY). */
  renumber(mailbox: string): void
  freeze(server: 'smtpd' | 'dovecot'): void
  thaw(server: 'smtpd' | 'dovecot'): void
  /** Ends open connections, too. */
  kill(server: 'smtpd' | 'dovecot'): Promise<void>
  /** Starts it again, if it was killed. */
  start(server: 'smtpd' | 'dovecot'): Promise<void>
}

export interface MailServersOptions {
  /** Names of the mailboxes in the domain. */
  readonly mailboxes?: readonly string[]
  /** Names that OpenSMTPD takes mail for, and Dovecot does not know: who writes to one gets a bounce. */
  readonly ghosts?: readonly string[]
  readonly password?: string
  /** OpenSMTPD takes mail for all names of the domain. */
  readonly takesAll?: boolean
}

/** A suite with mail servers of its own; reports by name if none are installed. */
export function describeOnMail(
  title: string,
  suite: (mail: () => MailServers) => void,
  options: MailServersOptions = {}
): void {
  describe(title, needs('dovecot', 'opensmtpd'), () => {
    const cleanup = afterSuite()
    let mail: MailServers
    before(async () => {
      mail = await startMailServers(cleanup, options)
    })
    suite(() => mail)
  })
}

const domain = 'bus.test'

export async function startMailServers(
  t: Cleanup,
  {
    mailboxes = ['bus', 'an'],
    ghosts = ['ghost'],
    password = 'only for tests',
    takesAll
  }: MailServersOptions = {}
): Promise<MailServers> {
  mustBeInstalled('dovecot')
  mustBeInstalled('opensmtpd')
  const running = new Map<string, ServerProcess>()
  const kill = async (name: string): Promise<void> => {
    await running.get(name)?.kill()
    running.delete(name)
  }
  const folder = serverFolder(t, async () => {
    await kill('smtpd')
    await kill('dovecot')
  })
  chmodSync(folder, 0o755) // Dovecot's user reads mail in it.
  const authority = makeAuthority(folder, 'mail')
  const { certFile, keyFile } = authority.issue(
    'mail.bus.test',
    'IP:127.0.0.1,DNS:imap.bus.test,DNS:smtp.bus.test'
  )
  const [smtp, imap, imaps] = [await freePort(), await freePort(), await freePort()]
  const lmtp = await freePort()
  const prepared = {
    dovecot: prepareDovecot(folder, { ports: { imap, imaps, lmtp }, tls: { certFile, keyFile } }),
    smtpd: prepareSmtpd(folder, {
      port: smtp,
      rules: rulesFor(folder, lmtp, { ghosts, mailboxes: takesAll ? [''] : mailboxes })
    })
  } as const
  const add = (name: string, own: string): void => addMailbox(folder, `${name}@${domain}`, own)
  for (const name of mailboxes) add(name, password)
  const start = async (name: 'smtpd' | 'dovecot'): Promise<void> => {
    if (running.has(name)) return
    const server = await startServerProcess(prepared[name])
    running.set(name, server)
  }
  await Promise.all([start('dovecot'), start('smtpd')])
  const maildirOf = (name: string): string => join(folder, 'home', `${name}@${domain}`, 'Maildir')
  let fills = 0
  return {
    ...{ domain, password, caFile: authority.caFile, certFile, keyFile, kill, start, addMailbox: add },
    ports: { smtp, imap, imaps },
    fill(name, count, write) {
      for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(maildirOf(name), part), { recursive: true })
      fills += 1
      const since = Math.floor(Date.now() / 1000)
      for (let number = 0; number < count; number += 1)
        write(join(maildirOf(name), 'cur', `${since}.M${number}F${fills}.bus:2,`), number)
      execFileSync('chown', ['-R', `--reference=${join(folder, 'home')}`, join(maildirOf(name), '..')])
    },
    renumber(name) {
      const maildir = maildirOf(name)
      const indexes = readdirSync(maildir).filter((one) => one.startsWith('dovecot'))
      for (const one of indexes) rmSync(join(maildir, one), { recursive: true })
    },
    freeze: (name) => running.get(name)?.freeze(),
    thaw: (name) => running.get(name)?.thaw()
  }
}

/** Without TLS: the OpenSMTPD of Debian 12 cannot use its keys with the OpenSSL there. */
function rulesFor(
  folder: string,
  lmtp: number,
  { mailboxes, ghosts }: Readonly<Record<'mailboxes' | 'ghosts', readonly string[]>>
): readonly string[] {
  const people = join(folder, 'people')
  writeFileSync(people, mailboxes.map((name) => `${name}@${domain} dovecot\n`).join(''))
  return [
    `table people file:${people}`,
    `table ghosts { ${ghosts.map((name) => `"${name}@${domain}"`).join(', ')} }`,
    'queue ttl 5s',
    `action "deliver" lmtp "127.0.0.1:${lmtp}" rcpt-to virtual <people>`,
    `action "hand on" relay host "lmtp://127.0.0.1:${lmtp}"`,
    'match from any for rcpt-to <ghosts> action "hand on"',
    `match from any for domain "${domain}" action "deliver"`
  ]
}
