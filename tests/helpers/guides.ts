import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { freePort } from '#deploy/servers/free-port.ts'
import { repository } from './demo-bus.ts'

/** The commands of a page in their order, a text for each block; up to the end of a section, if one is named. */
export function commandsIn(page: string, lastSection?: string): readonly string[] {
  const whole = readFileSync(join(repository, page), 'utf8')
  const begin = lastSection === undefined ? -1 : whole.indexOf(`\n## ${lastSection}\n`)
  if (lastSection !== undefined && begin < 0) throw new TypeError(`${page} has no section ${lastSection}`)
  const end = begin < 0 ? -1 : whole.indexOf('\n## ', begin + 1)
  const read = end < 0 ? whole : whole.slice(0, end)
  return [...read.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
}

const limitMs = 10 * 60_000

/** Begins the line that is printed after each block, with the seconds since the begin. */
export const secondsOf = '== seconds: '

/**
 * Runs the commands of a page in one shell, as a reader with that `LANG` does, with free ports in place of those
 * of the page.
 * Rejects with what was printed if one fails. Ends what the commands have left running.
 */
export async function runCommands(
  blocks: readonly string[],
  folder: string,
  lang = 'en_GB.UTF-8'
): Promise<string> {
  const [port, managementPort] = [await freePort(), await freePort()]
  const script = [
    'set -euo pipefail',
    "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT",
    ...blocks.flatMap((block) => [
      block.replaceAll('8080', `${port}`).replaceAll('9090', `${managementPort}`),
      `printf '\\n${secondsOf}%s\\n' "$SECONDS"`
    ])
  ]
  const file = join(folder, 'commands.sh')
  writeFileSync(file, script.join('\n'))
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`
  const env = {
    ...process.env,
    PATH: path,
    LANG: lang,
    LC_ALL: undefined,
    LC_MESSAGES: undefined,
    NODE_TEST_CONTEXT: undefined
  }
  const child = spawn('bash', ['-c', `exec bash -v ${file} 2>&1`], {
    cwd: folder,
    env,
    timeout: limitMs,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new TypeError(`exit code ${code} of the last command of:\n${printed}`)
  return printed
}
