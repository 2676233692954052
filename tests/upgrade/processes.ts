import { type ApartProcess, startApart } from '../faults/bus-process.ts'
import type { Release } from './releases.ts'

/** Starts a command of a release; resolves once it serves. */
export async function startRelease(
  release: Release,
  words: readonly string[],
  log: string
): Promise<ApartProcess> {
  const command = [...release.command, ...words, '--management-port', '0', '--log-level', 'warn']
  const running = await startApart({ command, runs: /management: (\S+?)[,)]/, log })
  if (!running) throw new TypeError(`${release.version} ${words[0]} does not start: see ${log}`)
  return running
}

/** Asks it to end, as a service manager does, and waits; throws if it ends otherwise than asked. */
export async function stop({ pid, ended }: ApartProcess): Promise<void> {
  process.kill(pid, 'SIGTERM')
  const how = await ended
  if (how !== '0') throw new TypeError(`a stop ends with ${how}`)
}
