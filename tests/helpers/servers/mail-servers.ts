import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe } from 'node:test'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { greets } from '#deploy/servers/ports.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { makeAuthority } from '../authority.ts'
import { afterSuite } from './cleanup.ts'
import { dovecotProgram } from './installed.ts'
import { mustBeInstalled, needs } from './needs.ts'
import { writeSmtpdStart } from './smtpd-start.ts'

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
  const ports = { smtp, imap, imaps, lmtp }
  const tls = { certFile, keyFile }
  const addMailbox = writeDovecot(folder, { ports, tls })
  for (const name of mailboxes) addMailbox(name, password)
  writeSmtpd(folder, { ports, ghosts, mailboxes: takesAll ? [''] : mailboxes })
  const commands = {
    dovecot: [dovecotProgram, '-F', '-c', join(folder, 'dovecot.conf')],
    // It has one queue and one socket a machine: each gets folders of its own in their place.
    smtpd: ['unshare', '--mount', 'sh', join(folder, 'smtpd.sh')]
  } as const
  const start = async (name: 'smtpd' | 'dovecot'): Promise<void> => {
    if (running.has(name)) return
    const server = await startServerProcess({
      command: commands[name],
      folder,
      log: join(folder, `${name}.log`),
      isReady: () => (name === 'smtpd' ? greets(smtp, '220') : greets(imap, '* OK'))
    })
    running.set(name, server)
  }
  await Promise.all([start('dovecot'), start('smtpd')])
  return {
    ...{ domain, password, caFile: authority.caFile, certFile, keyFile, ports, kill, start, addMailbox },
    renumber(name) {
      const maildir = join(folder, 'home', name, 'Maildir')
      const indexes = readdirSync(maildir).filter((one) => one.startsWith('dovecot'))
      for (const one of indexes) rmSync(join(maildir, one), { recursive: true })
    },
    freeze: (name) => running.get(name)?.freeze(),
    thaw: (name) => running.get(name)?.thaw()
  }
}

interface Written {
  readonly ports: Readonly<Record<'smtp' | 'imap' | 'imaps' | 'lmtp', number>>
  readonly tls: { readonly certFile: string; readonly keyFile: string }
}

/** Returns a function that adds a mailbox, also while it runs. */
function writeDovecot(folder: string, { ports, tls }: Written): MailServers['addMailbox'] {
  const home = join(folder, 'home')
  for (const path of ['run', 'state', 'home']) mkdirSync(join(folder, path))
  const [uid, gid] = ['-u', '-g'].map((one) =>
    execFileSync('id', [one, 'dovecot'], { encoding: 'utf8' }).trim()
  )
  execFileSync('chown', [`${uid}:${gid}`, home])
  const users = join(folder, 'users')
  writeFileSync(
    join(folder, 'dovecot.conf'),
    `protocols = imap lmtp
base_dir = ${join(folder, 'run')}
state_dir = ${join(folder, 'state')}
log_path = ${join(folder, 'dovecot.log')}
listen = 127.0.0.1
ssl = yes
ssl_cert = <${tls.certFile}
ssl_key = <${tls.keyFile}
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
auth_failure_delay = 0
login_trusted_networks = 127.0.0.1
mail_max_userip_connections = 100
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${users}
}
userdb {
  driver = passwd-file
  args = username_format=%u ${users}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
`
  )
  return (name, password) => {
    appendFileSync(users, `${name}@${domain}:${password}:${uid}:${gid}::${join(home, name)}::\n`)
  }
}

/** Without TLS: the OpenSMTPD of Debian 12 cannot use its keys with the OpenSSL there. */
function writeSmtpd(
  folder: string,
  {
    ports,
    mailboxes,
    ghosts
  }: Pick<Written, 'ports'> & Readonly<Record<'mailboxes' | 'ghosts', readonly string[]>>
): void {
  const path = (name: string): string => join(folder, name)
  writeFileSync(path('people'), mailboxes.map((name) => `${name}@${domain} dovecot\n`).join(''))
  writeFileSync(
    path('smtpd.conf'),
    `table people file:${path('people')}
table ghosts { ${ghosts.map((name) => `"${name}@${domain}"`).join(', ')} }
queue ttl 5s
listen on 127.0.0.1 port ${ports.smtp} mask-src
action "deliver" lmtp "127.0.0.1:${ports.lmtp}" rcpt-to virtual <people>
action "hand on" relay host "lmtp://127.0.0.1:${ports.lmtp}"
match from any for rcpt-to <ghosts> action "hand on"
match from any for domain "${domain}" action "deliver"
`
  )
  chmodSync(path('smtpd.conf'), 0o600)
  writeSmtpdStart(folder)
}
