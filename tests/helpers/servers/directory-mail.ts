import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { prepareDovecot, takesMail } from '#deploy/servers/dovecot.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { startServers } from '#deploy/servers/server-process.ts'
import type { Slapd } from '#deploy/servers/slapd.ts'
import { prepareSmtpd } from '#deploy/servers/smtpd.ts'
import { mustBeInstalled } from './needs.ts'

/** OpenSMTPD and Dovecot, which know people from a directory alone. */
export interface DirectoryMail {
  readonly domain: string
  readonly ports: { readonly smtp: number; readonly imap: number }
  readonly doveadm: { readonly url: string; readonly apiKey: string }
}

const domain = 'bus.test'
const apiKey = 'only for tests'

export async function startDirectoryMail(t: Cleanup, slapd: Slapd): Promise<DirectoryMail> {
  for (const server of ['dovecot', 'opensmtpd', 'opensmtpd-ldap'] as const) mustBeInstalled(server)
  const [smtp, imap, lmtp, admin] = [await freePort(), await freePort(), await freePort(), await freePort()]
  await startServers(t, (folder) => [
    prepareDovecot(folder, { ports: { imap, lmtp, admin }, slapd, apiKey }),
    prepareSmtpd(folder, { port: smtp, rules: rulesFor(folder, lmtp, slapd) })
  ])
  return { domain, ports: { smtp, imap }, doveadm: { url: `http://127.0.0.1:${admin}/doveadm/v1`, apiKey } }
}

function rulesFor(folder: string, lmtp: number, slapd: Slapd): readonly string[] {
  const people = join(folder, 'smtpd-ldap.conf')
  writeFileSync(
    people,
    `url ${slapd.url}
username ${slapd.rootDn}
password ${slapd.rootPassword}
basedn ${slapd.peopleBase}
mailaddr_filter (&${takesMail}(mailLocalAddress=%s))
mailaddr_attributes mailLocalAddress
`
  )
  return [
    `table people ldap:${people}`,
    'table everybody { "@" = "dovecot" }',
    `action "deliver" lmtp "127.0.0.1:${lmtp}" rcpt-to virtual <everybody>`,
    `match from any for domain "${domain}" rcpt-to <people> action "deliver"`
  ]
}
