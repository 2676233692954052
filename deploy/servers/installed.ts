import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Debian has these where only root's path leads. */
export const sshdProgram = '/usr/sbin/sshd'
export const mariadbProgram = '/usr/sbin/mariadbd'
export const slapdProgram = '/usr/sbin/slapd'

/** Environment variables: of the tests, or of the command. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What `npm run servers` installed. */
export interface InstalledServers {
  /** Where it puts what it builds; outside the checkout, so that the next checkout finds it. May not exist. */
  folderOf(name: string): string
  onPath(program: string): boolean
  has(server: DemoServer): boolean
}

/** The servers that the demo starts, with the names that people know. */
export const demoServers = { sshd: 'OpenSSH', wordpress: 'WordPress with MariaDB' } as const
export type DemoServer = keyof typeof demoServers

export function notInstalled(server: DemoServer): string {
  return `${demoServers[server]} is not installed: npm run servers, on Debian`
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
    wordpress: () => existsSync(folderOf('wordpress')) && onPath('php') && existsSync(mariadbProgram)
  }
  return { folderOf, onPath, has: (server) => present[server]() }
}
