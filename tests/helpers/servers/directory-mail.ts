import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { greets } from '#deploy/servers/ports.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import type { Slapd } from '#deploy/servers/slapd.ts'
import { dovecotProgram } from './installed.ts'
import { mustBeInstalled } from './needs.ts'
import { writeSmtpdStart } from './smtpd-start.ts'

/** OpenSMTPD and Dovecot, which know people from a directory alone. */
export interface DirectoryMail {
  readonly domain: string
  readonly ports: { readonly smtp: number; readonly imap: number }
  readonly doveadm: { readonly url: string; readonly apiKey: string }
}

const domain = 'bus.test'
const apiKey = 'only for tests'
/** Entries whose mail is taken: people on leave get mail, and cannot sign in. */
const takesMail = '(|(employeeType=active)(employeeType=suspended))'

export async function startDirectoryMail(t: Cleanup, slapd: Slapd): Promise<DirectoryMail> {
  for (const server of ['dovecot', 'opensmtpd', 'opensmtpd-ldap'] as const) mustBeInstalled(server)
  const running: ServerProcess[] = []
  const folder = serverFolder(t, () => Promise.all(running.map((server) => server.kill())))
  chmodSync(folder, 0o755) // Dovecot's user reads mail in it.
  const [smtp, imap, lmtp, admin] = [await freePort(), await freePort(), await freePort(), await freePort()]
  writeDovecot(folder, { slapd, ports: { imap, lmtp, admin } })
  writeSmtpd(folder, { slapd, ports: { smtp, lmtp } })
  const start = async (
    name: string,
    command: readonly [string, ...string[]],
    isReady: () => Promise<boolean>
  ) => {
    running.push(await startServerProcess({ command, folder, log: join(folder, `${name}.log`), isReady }))
  }
  // OpenSMTPD has one queue and one socket a machine: it gets folders of its own in their place.
  const smtpd = ['unshare', '--mount', 'sh', join(folder, 'smtpd.sh')] as const
  await start('dovecot', [dovecotProgram, '-F', '-c', join(folder, 'dovecot.conf')], () =>
    greets(imap, '* OK')
  )
  await start('smtpd', smtpd, () => greets(smtp, '220'))
  return { domain, ports: { smtp, imap }, doveadm: { url: `http://127.0.0.1:${admin}/doveadm/v1`, apiKey } }
}

interface Ports<Name extends string> {
  readonly slapd: Slapd
  readonly ports: Readonly<Record<Name, number>>
}

function writeDovecot(folder: string, { slapd, ports }: Ports<'imap' | 'lmtp' | 'admin'>): void {
  const home = join(folder, 'home')
  for (const path of ['run', 'state', 'home']) mkdirSync(join(folder, path))
  execFileSync('chown', ['dovecot:dovecot', home])
  const [uid, gid] = ['-u', '-g'].map((one) =>
    execFileSync('id', [one, 'dovecot'], { encoding: 'utf8' }).trim()
  )
  const ldap = join(folder, 'dovecot-ldap.conf')
  writeFileSync(
    ldap,
    `uris = ${slapd.url}
dn = ${slapd.rootDn}
dnpass = ${slapd.rootPassword}
base = ${slapd.peopleBase}
auth_bind = yes
pass_filter = (&(objectClass=inetLocalMailRecipient)(|(uid=%u)(mailLocalAddress=%u)))
pass_attrs = uid=user
user_filter = (&${takesMail}(|(uid=%u)(mailLocalAddress=%u)))
user_attrs = uid=user
iterate_attrs = uid=user
iterate_filter = (&(objectClass=inetLocalMailRecipient)${takesMail})
`
  )
  chmodSync(ldap, 0o600)
  writeFileSync(
    join(folder, 'dovecot.conf'),
    `protocols = imap lmtp
base_dir = ${join(folder, 'run')}
state_dir = ${join(folder, 'state')}
log_path = ${join(folder, 'dovecot.log')}
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
auth_failure_delay = 0
doveadm_api_key = ${apiKey}
passdb {
  driver = ldap
  args = ${ldap}
}
userdb {
  driver = ldap
  args = ${ldap}
  override_fields = uid=${uid} gid=${gid} home=${home}/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service doveadm {
  inet_listener http {
    address = 127.0.0.1
    port = ${ports.admin}
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
`
  )
}

function writeSmtpd(folder: string, { slapd, ports }: Ports<'smtp' | 'lmtp'>): void {
  const path = (name: string): string => join(folder, name)
  writeFileSync(
    path('smtpd-ldap.conf'),
    `url ${slapd.url}
username ${slapd.rootDn}
password ${slapd.rootPassword}
basedn ${slapd.peopleBase}
mailaddr_filter (&${takesMail}(mailLocalAddress=%s))
mailaddr_attributes mailLocalAddress
`
  )
  writeFileSync(
    path('smtpd.conf'),
    `table people ldap:${path('smtpd-ldap.conf')}
table everybody { "@" = "dovecot" }
listen on 127.0.0.1 port ${ports.smtp}
action "deliver" lmtp "127.0.0.1:${ports.lmtp}" rcpt-to virtual <everybody>
match from any for domain "${domain}" rcpt-to <people> action "deliver"
`
  )
  chmodSync(path('smtpd.conf'), 0o600) // The table is read by a user of its own.
  writeSmtpdStart(folder)
}
