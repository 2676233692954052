import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { missingServers } from '../helpers/servers/needs.ts'

/** What this machine lacks for a fault, in words that say what would fix it; undefined where it lacks nothing. */
export function missingFor(fault: string): string | undefined {
  if (fault === 'kafka') return missingServers('kafka', 'postgresql', 'versitygw')
  if (fault === 'network') {
    const rule = 'iptables -A OUTPUT -p tcp --dport 1 -j DROP'.split(' ')
    const words = [...ownNamespace('network'), ...rule]
    return succeeds('unshare', words)
      ? undefined
      : 'packets cannot be dropped here; install iptables and allow user namespaces'
  }
  if (fault === 'mount' || fault === 'full-disk') {
    const words = [...ownNamespace('mount'), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']
    return succeeds('unshare', words)
      ? undefined
      : 'nobody may mount a small disk here; allow user namespaces'
  }
  if (fault === 'faketime') return faketime !== undefined ? undefined : 'libfaketime is needed; install it'
  if (fault === 'flush') {
    return succeeds('strace', ['-qq', '-o', '/dev/null', 'true']) ? undefined : 'strace is needed; install it'
  }
  return undefined
}

/** Of the two that Debian has, the one with which Java starts. */
export const [faketime] = globSync('/usr/lib/*/faketime/libfaketime.so.1')

/** What of this machine a run has for itself. */
export type OwnNamespace = 'network' | 'mount'

/**
 * Words of `unshare`, before a command. Root needs no users of its own, and PostgreSQL, which runs as another user,
 * could not be had with them.
 */
export function ownNamespace(what: OwnNamespace): readonly string[] {
  const users = process.getuid?.() === 0 ? [] : ['--map-root-user']
  if (what === 'mount') return [...users, '--mount']
  return [...users, '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
}

function succeeds(command: string, words: readonly string[]): boolean {
  return spawnSync(command, words).status === 0
}
