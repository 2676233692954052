import { isInstalled, type ServerName } from './installed.ts'
import { runsInContainer } from './place.ts'

/**
 * For a suite's options: skips it by name, with the command that installs what is missing, if a server is
 * not installed. With `LIENTHONG_REQUIRE_SERVERS=1` the suite runs and fails when it starts the server.
 */
export function needs(...names: readonly ServerName[]): { readonly skip: string | false } {
  return needsProcesses(...names.filter((name) => !runsInContainer(name)))
}

/** The same for what must be a process of this machine. */
export function needsProcesses(...names: readonly ServerName[]): { readonly skip: string | false } {
  return { skip: required() ? false : (missingServers(...names) ?? false) }
}

/** The servers that are not installed, with the command that installs them; undefined if there are none. */
export function missingServers(...names: readonly ServerName[]): string | undefined {
  const missing = names.filter((name) => !isInstalled(name))
  return missing.length > 0 ? format(missing) : undefined
}

/** Throws if the server is not installed. */
export function mustBeInstalled(name: ServerName): void {
  if (!isInstalled(name)) throw new Error(format([name]))
}

function required(): boolean {
  return process.env.LIENTHONG_REQUIRE_SERVERS === '1'
}

function format(missing: readonly ServerName[]): string {
  return `${missing.join(' and ')} not installed: npm run servers`
}
