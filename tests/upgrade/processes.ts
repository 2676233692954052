import { readFileSync } from 'node:fs'
import { type ApartProcess, startApart } from '../faults/bus-process.ts'
import type { Release } from './releases.ts'

/** Starts a command of a release; resolves once it serves. */
export async function startRelease(
  release: Release,
  words: readonly string[],
  log: string
): Promise<ApartProcess> {
  const running = await startCommand(release, words, log)
  if (!running) throw new TypeError(`${release.version} ${words[0]} does not start: see ${log}`)
  return running
}

/** Starts a command of a release that must not serve; gives what it says, in a log of its own. Throws if it serves. */
export async function refusalOf(release: Release, words: readonly string[], log: string): Promise<string> {
  const running = await startCommand(release, words, log)
  running?.kill()
  if (running) throw new TypeError(`${release.version} ${words[0]} starts, and must not`)
  return readFileSync(log, 'utf8').trim()
}

function startCommand(
  release: Release,
  words: readonly string[],
  log: string
): Promise<ApartProcess | undefined> {
  const command = [...release.command, ...words, '--management-port', '0', '--log-level', 'warn']
  return startApart({ command, runs: /management: (\S+?)[,)]/, log })
}

/** Asks it to end, as a service manager does, and waits; throws if it ends otherwise than asked. */
export async function stop({ pid, ended }: ApartProcess): Promise<void> {
  process.kill(pid, 'SIGTERM')
  const how = await ended
  if (how !== '0') throw new TypeError(`a stop ends with ${how}`)
}
