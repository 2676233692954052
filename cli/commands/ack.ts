import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import type { Acknowledgement } from '#client/inbox.ts'
import { textsIn } from '#gateway/console/web/texts.js'
import { createOutput } from '#runtime/output.ts'
import { connect, systemNamed } from '../connect.ts'
import { withControl } from '../control.ts'
import { eventTextsIn } from '../event-texts.ts'
import { type EventFlags, findEvent, isHash } from '../find-event.ts'

interface Flags extends EventFlags {
  readonly reject?: boolean
  readonly code?: string
  readonly reason?: string
}

type Answer = Pick<Acknowledgement, 'source' | 'id'>

/** Most answers of one request. */
const mostAnswers = 500

/** `lienthong ack`: answers events that the agency received. The bus keeps no position: a reader stores its own cursor. */
export function addAck(program: Command): void {
  withControl(program.command('ack'))
    .argument('[events...]', 'events by hash, or by id with --source; - reads what `inbox --json` prints')
    .option('--source <system>', 'with ids: the system that sent them')
    .option('--reject', 'reject them; without it they are accepted')
    .option('--code <code>', "with --reject: the agency's own code for the reason; the sender sees it")
    .option('--reason <text>', 'with --reject: why; the sender sees it')
    .description('Accept or reject events that the agency received. The first answer to an event is final.')
    .action(async (names: readonly string[], flags: Flags, self: Command) => {
      const { lang, code, reason, reject = false } = flags
      const t = eventTextsIn(lang)
      if (names.length === 0) self.error(t('ack.none'))
      if (!reject && (code !== undefined || reason !== undefined)) self.error(t('ack.reasonOnly'))
      const client = await connect(flags)
      const answer = answerer(client, flags)
      if (names.join() === '-') return answerItems(answer, flags, self)
      await answer(await Promise.all(names.map((name) => named(client, name, flags, self))))
    })
}

/** Records answers, all of a call or none, and says so. */
function answerer(client: Client, { json = false, lang, reject, code, reason }: Flags) {
  const output = createOutput({ json })
  const state = reject ? 'rejected' : 'accepted'
  const members = {
    state,
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason })
  } as const
  return async (answers: readonly Answer[]): Promise<void> => {
    await client.acknowledge(...answers.map((one) => ({ ...one, ...members })))
    const name = textsIn(lang).label('recipient', state)
    for (const one of answers) {
      output.line(eventTextsIn(lang)('ack.done', { state: name, ...one }), { ...one, ...members })
    }
  }
}

async function named(client: Client, name: string, flags: Flags, self: Command): Promise<Answer> {
  const { source, lang } = flags
  if (isHash(name)) {
    const { event } = await findEvent(client, name, flags, self)
    return { source: event.source, id: event.id }
  }
  if (source === undefined) return self.error(eventTextsIn(lang)('ack.needsSource', { id: name }))
  return { source: systemNamed(source), id: name }
}

/** Answers the items of standard input, one JSON value a line. */
async function answerItems(
  answer: (answers: readonly Answer[]) => Promise<void>,
  { lang }: Flags,
  self: Command
): Promise<void> {
  let waiting: Answer[] = []
  let [line, done] = [0, 0]
  const flush = async (): Promise<void> => {
    await answer(waiting)
    done += waiting.length
    waiting = []
  }
  for await (const text of createInterface({ input: process.stdin })) {
    line += 1
    if (text.trim() === '') continue
    const item = itemIn(text)
    if (item === undefined) {
      if (waiting.length > 0) await flush()
      return self.error(eventTextsIn(lang)('ack.notItem', { line, done }))
    }
    waiting.push(item)
    if (waiting.length === mostAnswers) await flush()
  }
  if (waiting.length > 0) await flush()
}

function itemIn(text: string): Answer | undefined {
  try {
    const { source, id } = (JSON.parse(text) as { readonly event: Partial<Answer> }).event
    return typeof source === 'string' && typeof id === 'string' ? { source, id } : undefined
  } catch {
    return undefined
  }
}
