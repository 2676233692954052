import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Debian has these where only root's path leads. */
export const sshdProgram = '/usr/sbin/sshd'
export const mariadbProgram = '/usr/sbin/mariadbd'
export const slapdProgram = '/usr/sbin/slapd'
export const dovecotProgram = '/usr/sbin/dovecot'
/** With which Dovecot knows people from a directory; in a package of its own. */
const dovecotLdap = '/usr/lib/dovecot/modules/auth/libauthdb_ldap.so'
export const smtpdProgram = '/usr/sbin/smtpd'

/** Environment variables: of the tests, or of the command. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What `npm run servers` installed. */
export interface InstalledServers {
  /** Where it puts what it builds; outside the checkout, so that the next checkout finds it. May not exist. */
  folderOf(name: string): string
  onPath(program: string): boolean
  /** Why it cannot run here, and what changes that; undefined if it can. */
  missing(server: DemoServer, language?: 'vi' | 'en'): string | undefined
}

/** The servers that the demo starts, with the names that people know. */
export const demoServers = {
  ...{ sshd: 'OpenSSH', wordpress: 'WordPress, MariaDB', slapd: 'OpenLDAP' },
  ...{ dovecot: 'Dovecot (dovecot-ldap)', opensmtpd: 'OpenSMTPD' }
} as const
export type DemoServer = keyof typeof demoServers

export function notInstalled(server: DemoServer, language: 'vi' | 'en' = 'en'): string {
  const name = demoServers[server]
  return language === 'vi'
    ? `Chưa cài: ${name}. Hãy chạy npm run servers, trên Debian`
    : `Not installed: ${name}. Run npm run servers, on Debian`
}

/** The exact versions that `npm run servers` installs. */
export function readVersions(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'versions.json'), 'utf8'))
}

export function installedServers({ XDG_CACHE_HOME, PATH = '' }: Environment): InstalledServers {
  const versions = readVersions()
  const cache = join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'lienthong', 'servers')
  const folderOf = (name: string): string => join(cache, `${name}-${versions[name]}`)
  const onPath = (program: string): boolean =>
    PATH.split(':').some((folder) => existsSync(join(folder, program)))
  const present: Readonly<Record<DemoServer, () => boolean>> = {
    sshd: () => existsSync(sshdProgram),
    wordpress: () => existsSync(folderOf('wordpress')) && onPath('php') && existsSync(mariadbProgram),
    slapd: () => existsSync(slapdProgram) && onPath('ldapsearch'),
    dovecot: () => existsSync(dovecotProgram) && existsSync(dovecotLdap),
    opensmtpd: () => existsSync(smtpdProgram)
  }
  const missing: InstalledServers['missing'] = (server, language = 'en') => {
    if (!present[server]()) return notInstalled(server, language)
    return server === 'opensmtpd' && !mayMount() ? needsRoot[language] : undefined
  }
  return { folderOf, onPath, missing }
}

const needsRoot = {
  vi: 'OpenSMTPD cần đổi người dùng và một không gian mount riêng (unshare --mount): hãy chạy thử bằng root',
  en: 'OpenSMTPD changes users and needs a mount namespace of its own (unshare --mount): start the demo as root'
}

/** Whether `prepareSmtpd` can give it folders in the place of those of the machine. */
function mayMount(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0
}
