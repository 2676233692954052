import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { type ConnectFlags, connect, withConnection } from '../connect.ts'

interface Flags extends ConnectFlags {
  readonly json?: boolean
}

interface Holder {
  readonly agency: string
  readonly since: string
  readonly due?: string
  readonly expects: readonly string[]
}

/** A flow, as `/v1/flows` lists it. */
interface Flow {
  readonly flow: string
  readonly title: string
  readonly subjects: readonly string[]
  readonly state: string
  readonly lastAt: string
  readonly holders: readonly Holder[]
}

interface FlowPage {
  readonly items: readonly Flow[]
  readonly next?: string
  readonly isPartial?: boolean
  readonly behind: number
}

interface Recipient {
  readonly agency: string
  readonly state: string
  readonly at?: string
  readonly reason?: string
  readonly connectors?: readonly {
    readonly connector: string
    readonly state: string
    readonly attempts: number
    readonly nextAttempt?: string
    readonly lastError?: { readonly code: string; readonly detail: string }
  }[]
}

type Step = { readonly agency: string; readonly recordedTime: string } & (
  | { readonly isHidden: true }
  | {
      readonly isHidden?: never
      readonly hash: string
      readonly type: string
      readonly title?: string
      readonly actor?: { readonly name?: string; readonly title?: string; readonly department?: string }
      readonly recipients: readonly Recipient[]
    }
)

/** A flow with its steps, as `/v1/flows/{flow}` shows it. */
interface Timeline extends Pick<Flow, 'flow' | 'title' | 'state'> {
  readonly steps: readonly Step[]
  readonly missing: readonly (Holder & { readonly isOverdue: boolean })[]
  readonly next?: number
}

interface ViewStatus {
  readonly events: number
  readonly behind: number
  readonly rebuilding?: number
}

/** Time between two looks at a view that is being made. */
const lookMs = 1000

/** `lienthong flow`: where a case is and who holds it. */
export function addFlow(program: Command): void {
  withConnection(program.command('flow'))
    .argument('<code>', 'a subject, dossier code, number and notation, citizen’s code, or words of a title')
    .description('Show a case across agencies: its steps, how each recipient got them, and what is missing.')
    .action(async (code: string, flags: Flags) => {
      const client = await connect(flags)
      const exact = await flowNamed(client, code)
      if (exact !== undefined) return show(client, exact, flags)
      const page = await client.get<FlowPage>(`/v1/flows?${new URLSearchParams({ q: code })}`)
      const [only, ...more] = page.items
      if (only && more.length === 0) await show(client, only.flow, flags)
      else tellPage(page, flags)
      if (page.next !== undefined) warn('There are more: narrow the search.')
      if (!only) {
        warn(`No case is found for ${code}. An agency finds the cases of which it may see a step.`)
        process.exitCode = 1
      }
    })
}

/** `lienthong stuck`: what does not go on. */
export function addStuck(program: Command): void {
  withConnection(program.command('stuck'))
    .description('List cases that do not go on: stuck at a connector, or overdue at an agency.')
    .action(async (flags: Flags) => {
      const client = await connect(flags)
      for (const state of ['stuck', 'overdue']) {
        for (let after: string | undefined; ; ) {
          const query = new URLSearchParams({
            state,
            limit: '100',
            ...(after === undefined ? {} : { after })
          })
          const page = await client.get<FlowPage>(`/v1/flows?${query}`)
          tellPage(page, flags)
          if (page.next === undefined) break
          after = page.next
        }
      }
    })
}

/** `lienthong views`: what the bus makes from its archive. */
export function addViews(program: Command): void {
  const views = program.command('views').description('Views: what the bus makes from its archive.')
  withConnection(views.command('rebuild'))
    .argument('<view>', 'flows')
    .description(
      'Make a view again from the archive while the bus runs, and wait until it is in use. For operators.'
    )
    .action(async (view: string, flags: Flags, self: Command) => {
      if (view !== 'flows') return self.error(`there is no view ${view}; there is: flows`)
      const client = await connect(flags)
      const output = createOutput({ json: flags.json ?? false })
      let status = (await client.act('/v1/views/flows', {})) as ViewStatus
      while (status.rebuilding !== undefined) {
        output.line(`flows: ${status.rebuilding} of ${status.events} events`, status)
        await pause(lookMs)
        status = await client.get<ViewStatus>('/v1/views/flows')
      }
      output.line(`flows: made again, ${status.events - status.behind} of ${status.events} events`, status)
    })
}

async function show(client: Client, flow: string, flags: Flags): Promise<void> {
  const output = createOutput({ json: flags.json ?? false })
  for (let after = 0; ; ) {
    const found = await client.get<Timeline>(`/v1/flows/${encodeURIComponent(flow)}?after=${after}`)
    const { title, state, steps, missing, next } = found
    if (flags.json) output.line('', found)
    else {
      if (after === 0) output.line(`${state}: ${title} (${flow})`, {})
      for (const line of steps.flatMap(linesOf)) output.line(line, {})
      if (next === undefined) for (const one of missing) output.line(`missing: ${missingText(one)}`, {})
    }
    if (next === undefined) return
    after = next
  }
}

/** Longest name of a flow. */
const maxNameLength = 256
/** Pages of flows whose subject begins with a code that are looked at for the one that has it. */
const maxPages = 20

/** The flow of exactly this name, or the only one of this subject: others begin with the same characters. */
async function flowNamed(client: Client, code: string): Promise<string | undefined> {
  if (code === '' || code.length > maxNameLength) return undefined
  try {
    const { flow } = await client.get<Timeline>(`/v1/flows/${encodeURIComponent(code)}?limit=1`)
    return flow
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'BUS_NOT_FOUND') throw error
  }
  const found: string[] = []
  for (let after: string | undefined, pages = 0; pages < maxPages; pages += 1) {
    const place = after === undefined ? {} : { after }
    const query = new URLSearchParams({ subject: code, limit: '100', ...place })
    const { items, next } = await client.get<FlowPage>(`/v1/flows?${query}`)
    found.push(...items.filter(({ subjects }) => subjects.includes(code)).map(({ flow }) => flow))
    if (next === undefined) break
    after = next
  }
  return found.length === 1 ? found[0] : undefined
}

function tellPage({ items, isPartial, behind, next }: FlowPage, flags: Flags): void {
  const output = createOutput({ json: flags.json ?? false })
  for (const item of items) {
    const { flow, title, state, lastAt, holders } = item
    output.line(`${state} ${lastAt} ${flow}: ${title}`, item)
    if (!flags.json) for (const one of holders) output.line(`  ${missingText(one)}`, {})
  }
  if (isPartial && next === undefined)
    warn('There are too many candidates to look at all of them: narrow the search.')
  if (behind > 0) warn(`${behind} events are not in the view yet.`)
}

function missingText({ agency, since, due, expects }: Holder): string {
  const by = due === undefined ? '' : `, due ${due}`
  return `${agency} should send ${expects.join(' or ')}, since ${since}${by}`
}

function linesOf(step: Step): readonly string[] {
  const { recordedTime, agency } = step
  if (step.isHidden) return [`${recordedTime} ${agency}: a step that you may not see`]
  const { type, title, actor, recipients } = step
  const by = [actor?.name, actor?.title, actor?.department].filter((part) => part !== undefined).join(', ')
  return [
    `${recordedTime} ${agency} ${type}${title === undefined ? '' : `: ${title}`}${by === '' ? '' : ` (${by})`}`,
    ...recipients.map(recipientText)
  ]
}

function recipientText({ agency, state, at, reason, connectors = [] }: Recipient): string {
  const attempts = connectors.map(
    ({ connector, state, attempts, lastError, nextAttempt }) =>
      `; ${connector} ${state}, attempts ${attempts}${lastError === undefined ? '' : `, ${lastError.code}: ${lastError.detail}`}${nextAttempt === undefined ? '' : `, next try ${nextAttempt}`}`
  )
  return `  to ${agency}: ${state}${at === undefined ? '' : ` ${at}`}${reason === undefined ? '' : ` (${reason})`}${attempts.join('')}`
}
