import { execFileSync } from 'node:child_process'
import { appendFileSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { dovecotProgram } from './installed.ts'
import { greets } from './ports.ts'
import type { ServerProcessOptions } from './server-process.ts'
import type { Slapd } from './slapd.ts'

export interface DovecotOptions {
  readonly ports: {
    readonly imap: number
    readonly imaps?: number
    /** Takes mail for mailboxes. */
    readonly lmtp?: number
    /** The HTTP interface of doveadm. */
    readonly admin?: number
  }
  /** The directory that it knows people from; otherwise it knows those of `addMailbox`. */
  readonly slapd?: Slapd
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  readonly apiKey?: string
}

/** Entries whose mail is taken: people on leave get mail, and cannot sign in. */
export const takesMail = '(|(employeeType=active)(employeeType=suspended))'

/** Writes the configuration of Dovecot into a folder, which others must be able to enter, and says how it is started. */
export function prepareDovecot(folder: string, options: DovecotOptions): ServerProcessOptions {
  for (const path of ['run', 'state', 'home']) mkdirSync(join(folder, path))
  const owner = mailOwner()
  chownSync(join(folder, 'home'), owner.uid, owner.gid)
  const config = join(folder, 'dovecot.conf')
  const people = options.slapd ? peopleIn(options.slapd, folder) : peopleInFile(folder)
  writeFileSync(config, configuration(folder, people, options))
  return {
    command: [dovecotProgram, '-F', '-c', config],
    ...{ folder, log: join(folder, 'dovecot.log'), isReady: () => greets(options.ports.imap, '* OK') }
  }
}

/** Makes a mailbox with a password, also while Dovecot runs. */
export function addMailbox(folder: string, address: string, password: string): void {
  const { uid, gid } = mailOwner()
  const home = join(folder, 'home', address)
  appendFileSync(join(folder, 'users'), `${address}:${password}:${uid}:${gid}::${home}::\n`)
}

/** Who the files of mailboxes belong to: root gives them to a user of Dovecot, anybody else keeps them. */
function mailOwner(): { readonly uid: number; readonly gid: number } {
  const { uid, gid } = userInfo()
  if (uid !== 0) return { uid, gid }
  const [user = 0, group = 0] = ['-u', '-g'].map((one) => Number(execFileSync('id', [one, 'dovecot'])))
  return { uid: user, gid: group }
}

function configuration(
  folder: string,
  people: string,
  { ports, tls, apiKey }: Omit<DovecotOptions, 'slapd'>
): string {
  const listener = (service: string, name: string, port: number | undefined): string =>
    port === undefined
      ? ''
      : `service ${service} {\n  inet_listener ${name} {\n    address = 127.0.0.1\n    port = ${port}\n  }\n}`
  return `protocols = imap ${ports.lmtp === undefined ? '' : 'lmtp'}
base_dir = ${join(folder, 'run')}
state_dir = ${join(folder, 'state')}
log_path = ${join(folder, 'dovecot.log')}
listen = 127.0.0.1
${tls ? `ssl = yes\nssl_cert = <${tls.certFile}\nssl_key = <${tls.keyFile}` : 'ssl = no'}
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
auth_failure_delay = 0
login_trusted_networks = 127.0.0.1
mail_max_userip_connections = 100
${apiKey === undefined ? '' : `doveadm_api_key = ${apiKey}`}
${runAs()}
${people}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps ?? 0}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
${listener('doveadm', 'http', ports.admin)}
${listener('lmtp', 'lmtp', ports.lmtp)}
`
}

/** Root starts its parts as users of their own; for anybody else they all run as that user. */
function runAs(): string {
  const { uid, username } = userInfo()
  if (uid === 0) return ''
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()
  return `default_internal_user = ${username}\ndefault_login_user = ${username}\ndefault_internal_group = ${group}`
}

function peopleInFile(folder: string): string {
  const users = join(folder, 'users')
  writeFileSync(users, '')
  return `passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${users}
}
userdb {
  driver = passwd-file
  args = username_format=%u ${users}
}`
}

function peopleIn(slapd: Slapd, folder: string): string {
  const file = join(folder, 'dovecot-ldap.conf')
  writeFileSync(
    file,
    `uris = ${slapd.url}
dn = ${slapd.rootDn}
dnpass = ${slapd.rootPassword}
base = ${slapd.peopleBase}
auth_bind = yes
pass_filter = (&(employeeType=active)(|(uid=%u)(mailLocalAddress=%u)))
pass_attrs = uid=user
user_filter = (&${takesMail}(|(uid=%u)(mailLocalAddress=%u)))
user_attrs = uid=user
iterate_attrs = uid=user
iterate_filter = (&(objectClass=inetLocalMailRecipient)${takesMail})
`,
    { mode: 0o600 }
  )
  const { uid, gid } = mailOwner()
  return `passdb {
  driver = ldap
  args = ${file}
}
userdb {
  driver = ldap
  args = ${file}
  override_fields = uid=${uid} gid=${gid} home=${join(folder, 'home')}/%u
}`
}
