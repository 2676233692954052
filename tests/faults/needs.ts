import { spawnSync } from 'node:child_process'
import { missingServers } from '../helpers/servers/needs.ts'

/** What this machine lacks for a fault, in words that say what would fix it; undefined where it lacks nothing. */
export function missingFor(fault: string): string | undefined {
  if (fault === 'full-disk') {
    const words = ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']
    return succeeds('unshare', words)
      ? undefined
      : 'nobody may mount a small disk here; allow user namespaces'
  }
  if (fault === 'kafka') return missingServers('kafka', 'postgresql', 'versitygw')
  if (fault === 'flush') {
    return succeeds('strace', ['-qq', '-o', '/dev/null', 'true']) ? undefined : 'strace is needed; install it'
  }
  return undefined
}

function succeeds(command: string, words: readonly string[]): boolean {
  return spawnSync(command, words).status === 0
}
