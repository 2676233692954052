import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { textsIn } from '#gateway/console/web/texts.js'
import { createOutput, warn } from '#runtime/output.ts'
import { connect, withConnection } from '../connect.ts'
import { type Flow, type FlowText, flowText, type Timeline } from '../flow-text.ts'
import { type LanguageFlags, withLanguage } from '../language.ts'
import { namesOf } from '../pages.ts'

interface Flags extends LanguageFlags {
  readonly json?: boolean
}

interface FlowPage {
  readonly items: readonly Flow[]
  readonly next?: string
  readonly isPartial?: boolean
  readonly behind: number
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
  withLanguage(withConnection(program.command('flow')))
    .argument('<code>', 'a subject, dossier code, number and notation, citizen’s code, or words of a title')
    .description('Show a case across agencies: its steps, how each recipient got them, and what is missing.')
    .action(async (code: string, flags: Flags) => {
      const client = await connect(flags)
      const exact = await flowNamed(client, code)
      if (exact !== undefined) return show(client, exact, flags)
      const page = await client.get<FlowPage>(`/v1/flows?${new URLSearchParams({ q: code })}`)
      const [only, ...more] = page.items
      if (only && more.length === 0) await show(client, only.flow, flags)
      else await tellPage(client, page, flags)
      const { t } = textsIn(flags.lang)
      if (page.next !== undefined) warn(t('search.others'))
      if (!only) {
        warn(t('search.empty'))
        process.exitCode = 1
      }
    })
}

/** `lienthong stuck`: what does not go on. */
export function addStuck(program: Command): void {
  withLanguage(withConnection(program.command('stuck')))
    .description('List cases that do not go on: stuck at a connector, or overdue at an agency.')
    .action(async (flags: Flags) => {
      const client = await connect(flags)
      let count = 0
      for (const state of ['stuck', 'overdue']) {
        for (let after: string | undefined; ; ) {
          const query = new URLSearchParams({
            state,
            limit: '100',
            ...(after === undefined ? {} : { after })
          })
          const page = await client.get<FlowPage>(`/v1/flows?${query}`)
          await tellPage(client, page, flags)
          count += page.items.length
          if (page.next === undefined) break
          after = page.next
        }
      }
      if (count === 0) warn(textsIn(flags.lang).t('search.noneStuck'))
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

async function show(client: Client, flow: string, { json = false, lang }: Flags): Promise<void> {
  const output = createOutput({ json })
  const say = (lines: readonly string[]): void => {
    for (const line of lines) output.line(line, {})
  }
  let text: FlowText | undefined
  for (let after = 0; ; ) {
    const found = await client.get<Timeline>(`/v1/flows/${encodeURIComponent(flow)}?after=${after}`)
    const { steps, missing, next } = found
    if (json) output.line('', found)
    else {
      const isFirst = text === undefined
      text ??= flowText(textsIn(lang), await namesOf(client))
      if (isFirst) say([text.head(found), ...text.missing(missing), ''])
      say(steps.flatMap(text.step))
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
  const path = `/v1/flows/${encodeURIComponent(code)}?limit=1`
  const named = await client.get<Timeline>(path).catch(noneIfUnknown)
  if (named) return named.flow
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

async function tellPage(
  client: Client,
  { items, next, isPartial, behind }: FlowPage,
  { json = false, lang }: Flags
): Promise<void> {
  const output = createOutput({ json })
  const texts = textsIn(lang)
  if (json) for (const item of items) output.line('', item)
  else if (items.length > 0) {
    const { listed } = flowText(texts, await namesOf(client))
    for (const line of items.flatMap(listed)) output.line(line, {})
  }
  if (isPartial && next === undefined) warn(texts.t('search.partial'))
  if (behind > 0) warn(texts.t('search.behind', { count: behind }))
}

function noneIfUnknown(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === 'BUS_NOT_FOUND') return undefined
  throw error
}
