import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { type Texts, textsIn } from '#gateway/console/web/texts.js'
import { visible } from '#protocol/errors/visible-text.ts'
import { createOutput, type Output, warn } from '#runtime/output.ts'
import { connect, withConnection } from './connect.ts'
import { controlTextsIn } from './control-texts.ts'
import { type LanguageFlags, withLanguage } from './language.ts'

/** Flags of a command that shows or changes control state. */
export interface ControlFlags extends LanguageFlags {
  readonly json?: boolean
}

/** Flags of a command that changes control state. */
export interface ChangeFlags extends ControlFlags {
  readonly reason?: string
  readonly yes?: boolean
}

/** What a command on control state uses. */
export interface Control {
  readonly client: Client
  readonly json: boolean
  readonly output: Output
  /** Words of the console, such as those for a status. */
  readonly texts: Texts
  readonly t: ReturnType<typeof controlTextsIn>
  /** Ends the command: prints one line, which says what to do. */
  readonly refuse: (text: string) => never
  /** Asks the person at the terminal; undefined if there is no terminal. */
  readonly ask: (question: string) => Promise<string | undefined>
}

export async function openControl(flags: ControlFlags, command: Command): Promise<Control> {
  const { json = false, lang } = flags
  return {
    client: await connect(flags),
    json,
    output: createOutput({ json }),
    texts: textsIn(lang),
    t: controlTextsIn(lang),
    refuse: (text) => command.error(visible(text)), // A gateway's words are in some.
    ask: askOnTerminal
  }
}

/** The flags to use a gateway, by default as the system `as`, and `--lang`. */
export function withControl(command: Command, as?: string): Command {
  return withLanguage(withConnection(command, as))
}

/** `--yes`, for what cannot be undone. */
export function withYes(command: Command): Command {
  return command.option('--yes', 'do not ask; needed where there is no terminal')
}

/** Anything that acts change. */
export interface Resource {
  readonly resource: string
  readonly status: string
  /** Hash of the last act on it. */
  readonly last: string
}

/** Reads a resource; undefined if there is none that the caller may see. */
export async function readResource<T>(client: Client, path: string): Promise<T | undefined> {
  try {
    return await client.get<T>(path)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'BUS_NOT_FOUND') return undefined
    throw error
  }
}

/** A control act that a person asked for. */
export interface Change {
  readonly act: string
  /** The list that the act is posted to. */
  readonly list: string
  /** Where the resource is read. */
  readonly path: string
  /** The resource as it was read: if another act came since, this one is rejected. */
  readonly known: Resource
  readonly members?: Readonly<Record<string, unknown>>
  /** What the act will do. */
  readonly says: string
  readonly isFinal?: boolean
  /** The command that shows the resource. */
  readonly look: string
}

/** Says what an act will do, asks if it cannot be undone, does it, and says what was done. */
export async function makeChange(change: Change, control: Control, flags: ChangeFlags): Promise<void> {
  const { act, known, members = {}, says, isFinal = false } = change
  const { json, output, t, texts } = control
  const { reason, yes = false } = flags
  const { resource, last: previous } = known
  const body = { act, resource, previous, ...members, ...(reason === undefined ? {} : { reason }) }
  output.line(says, { planned: body, says })
  if (isFinal && !yes) await confirmFinal(json ? says : '', control)
  const { number, hash } = await post(change, body, control)
  const name = texts.label('act', act)
  output.line(t('done', { act: name, resource, number, hash }), { done: { act, resource, number, hash } })
}

/** Asks for a yes to what cannot be undone; ends the command without one. */
export async function confirmFinal(says: string, { ask, t, refuse }: Control): Promise<void> {
  const final = t('final')
  const answer = await ask([says, final, t('ask')].filter((part) => part !== '').join(' '))
  if (answer === undefined) refuse(t('needsYes', { final }))
  else if (!/^(?:yes|y|có|co)$/i.test(answer.normalize())) refuse(t('declined'))
}

interface Recorded {
  readonly number: number
  readonly hash: string
}

async function post(change: Change, body: object, control: Control): Promise<Recorded> {
  const { client, t, texts, refuse } = control
  const { list, path, known, look } = change
  try {
    return (await client.act(list, body)) as Recorded
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'BUS_ACT_CONFLICT') throw error
    const now = await client.get<Resource>(path)
    if (now.last === known.last) throw error // Nobody came first: the act is not possible, and the error says why.
    const status = texts.label('status', now.status)
    return refuse(t('crossed', { resource: known.resource, status, look }))
  }
}

async function askOnTerminal(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined
  const lines = createInterface({ input: process.stdin })
  const answer = new Promise<string>((resolve) => {
    lines.once('line', resolve)
    lines.once('close', () => resolve(''))
  })
  warn(question)
  const text = await answer
  lines.close() // Otherwise the command waits for more.
  return text.trim()
}
