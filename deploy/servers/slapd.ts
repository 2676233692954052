import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from './cleanup.ts'
import { freePort } from './free-port.ts'
import { notInstalled, slapdProgram } from './installed.ts'
import { listens } from './ports.ts'
import { ServerFailure, type ServerProcess, serverFolder, startServerProcess } from './server-process.ts'

/** OpenLDAP, with an empty tree for people. */
export interface Slapd {
  readonly port: number
  readonly url: string
  /** Of `ldaps://`, if it has a certificate. */
  readonly secureUrl: string
  readonly suffix: string
  readonly peopleBase: string
  /** May do everything below the suffix. */
  readonly rootDn: string
  readonly rootPassword: string
  /** May read and write accounts; its password can be set. */
  readonly bindDn: string
  readonly folder: string
  setBindPassword(password: string): void
  /** Applies LDIF as root: entries, or changes with `changetype`. */
  apply(ldif: string): void
  /** Applies LDIF to the configuration. */
  configure(ldif: string): void
  /** LDIF of what a search finds below the suffix, without wrapped lines. */
  search(filter: string, ...attributes: readonly string[]): string
  freeze(): void
  thaw(): void
  kill(): Promise<void>
  /** Starts it again, if it was killed. */
  start(): Promise<void>
}

const suffix = 'dc=bus,dc=test'
const rootDn = `cn=admin,${suffix}`
const rootPassword = 'only for tests'
const peopleBase = `ou=people,${suffix}`
const bindDn = `cn=bus,${suffix}`

/** With a certificate it also takes `ldaps://` and StartTLS. */
export async function startSlapd(
  t: Cleanup,
  bindPassword: string,
  certificate?: { readonly certFile: string; readonly keyFile: string }
): Promise<Slapd> {
  if (!existsSync(slapdProgram)) throw new ServerFailure(notInstalled('slapd'))
  let running: ServerProcess | undefined
  const kill = async (): Promise<void> => {
    await running?.kill()
    running = undefined
  }
  const folder = serverFolder(t, kill)
  const port = await freePort()
  const url = `ldap://127.0.0.1:${port}`
  const secureUrl = `ldaps://127.0.0.1:${await freePort()}`
  const urls = certificate ? `${url} ${secureUrl}` : url
  mkdirSync(join(folder, 'db'))
  writeFileSync(join(folder, 'slapd.conf'), configuration(folder, certificate))
  const start = async (): Promise<void> => {
    running ??= await startServerProcess({
      command: [slapdProgram, '-f', join(folder, 'slapd.conf'), '-h', urls, '-d', '0'],
      folder,
      log: join(folder, 'slapd.log'),
      isReady: () => listens(port)
    })
  }
  await start()
  const run = (program: string, dn: string, input: string, ...words: readonly string[]): string =>
    execFileSync(program, ['-x', '-H', url, '-D', dn, '-w', rootPassword, ...words], {
      encoding: 'utf8',
      input
    })
  const apply = (ldif: string): void => void run('ldapmodify', rootDn, ldif, '-a')
  apply(firstEntries(bindPassword))
  return {
    ...{ port, url, secureUrl, suffix, peopleBase, rootDn, rootPassword, bindDn, folder, kill, start, apply },
    setBindPassword: (password) =>
      apply(`dn: ${bindDn}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${password}\n`),
    configure: (ldif) => void run('ldapmodify', 'cn=config', ldif),
    search: (filter, ...attributes) =>
      run('ldapsearch', rootDn, '', '-LLL', '-o', 'ldif-wrap=no', '-b', suffix, filter, ...attributes),
    freeze: () => running?.freeze(),
    thaw: () => running?.thaw()
  }
}

function configuration(folder: string, certificate: Parameters<typeof startSlapd>[2]): string {
  const { certFile, keyFile } = certificate ?? {}
  const tls = certFile && `TLSCertificateFile ${certFile}\nTLSCertificateKeyFile ${keyFile}\n`
  const schemas = ['core', 'cosine', 'inetorgperson', 'misc']
  return `${schemas.map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
pidfile ${join(folder, 'slapd.pid')}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload argon2
moduleload constraint
${tls ?? ''}database config
rootpw "${rootPassword}"
database mdb
maxsize 1073741824
dbnosync
suffix "${suffix}"
rootdn "${rootDn}"
rootpw "${rootPassword}"
directory ${join(folder, 'db')}
index objectClass,employeeNumber,employeeType,uid,mail,mailLocalAddress eq
limits dn.exact="${bindDn}" size.prtotal=unlimited
access to attrs=userPassword
  by dn.exact="${bindDn}" write
  by self =w
  by anonymous auth
access to *
  by dn.exact="${bindDn}" write
  by * read
overlay constraint
`
}

function firstEntries(bindPassword: string): string {
  return `dn: ${suffix}
objectClass: dcObject
objectClass: organization
dc: bus
o: Bus

dn: ${peopleBase}
objectClass: organizationalUnit
ou: people

dn: ${bindDn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: bus
userPassword: ${bindPassword}
`
}
