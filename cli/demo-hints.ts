import { join } from 'node:path'
import type { Narrator } from '#deploy/demo/narrator.ts'
import type { ScenarioOptions } from '#deploy/demo/scenario-options.ts'
import { environment } from '#runtime/environment.ts'
import { say } from '#runtime/output.ts'
import { demoTextsIn } from './demo-texts.ts'
import { ownCommand } from './own-command.ts'
import { shellCommand } from './shell-quote.ts'

/** The demo that runs, for those who go on with it. */
export interface RunningDemo extends ScenarioOptions {
  readonly operatorKey: string
}

/** What to do next, and the lines to paste or open. */
export interface Hint {
  readonly says: string
  readonly lines: readonly string[]
}

const own = ownCommand(environment, process.argv[1])

export function sayReady({ language }: Narrator): void {
  const t = demoTextsIn(language)
  say()
  say(['bold', own.length === 1 ? t('ready') : t('readyIn', { folder: process.cwd() })])
}

export function sayHint({ says, lines }: Hint): void {
  say()
  say(says)
  for (const line of lines) say('  ', ['cyan', line])
}

/** A command of this program. */
export function command(...words: readonly string[]): string {
  return shellCommand(...own, ...words)
}

/** The flags to act as a system of an agency. */
export function asSystem(name: string, { gateway, keysFolder }: RunningDemo): readonly string[] {
  return ['--gateway', gateway, '--as', name, '--key', join(keysFolder, `${name}.jwk`)]
}

export function asOperator({ gateway, operatorKey }: RunningDemo): readonly string[] {
  return ['--gateway', gateway, '--as', 'operator', '--key', operatorKey]
}
