import { isInstalled, type ServerName } from './installed.ts'

/**
 * For a suite's options: skips it by name, with the command that would mend
 * it, where a server it talks to is not installed. Where
 * `LIENTHONG_REQUIRE_SERVERS=1` says that it must be, the suite runs and
 * fails at the server's start.
 */
export function needs(...names: readonly ServerName[]): { readonly skip: string | false } {
  return { skip: required() ? false : (missingServers(...names) ?? false) }
}

/** Which of the servers are not installed, with the command that would mend it; undefined where all are. */
export function missingServers(...names: readonly ServerName[]): string | undefined {
  const missing = names.filter((name) => !isInstalled(name))
  return missing.length > 0 ? format(missing) : undefined
}

/** Throws where the server is not installed. */
export function mustBeInstalled(name: ServerName): void {
  if (!isInstalled(name)) throw new Error(format([name]))
}

function required(): boolean {
  return process.env.LIENTHONG_REQUIRE_SERVERS === '1'
}

function format(missing: readonly ServerName[]): string {
  return `${missing.join(' and ')} not installed: npm run servers`
}
