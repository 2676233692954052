import type { Command } from 'commander'
import { type Texts, textsIn } from '#gateway/console/web/texts.js'
import { createOutput } from '#runtime/output.ts'
import { connect, withConnection } from '../connect.ts'
import { type LanguageFlags, withLanguage } from '../language.ts'

interface Flags extends LanguageFlags {
  readonly json?: boolean
}

/** A refused request, as `/v1/refusals/{traceId}` shows it. */
interface Refusal {
  readonly traceId: string
  readonly at: string
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly checksPassed: readonly string[]
  readonly check: string
  readonly caller?: { readonly agency: string; readonly system: string }
  readonly route: string
  readonly remedy: string
  readonly others?: readonly Refusal[]
}

/** `lienthong why`: what the traceId of a problem meant. */
export function addWhy(program: Command): void {
  withLanguage(withConnection(program.command('why')))
    .argument('<traceId>', 'the traceId of the problem that the bus answered with')
    .description('Why a request was refused: what it had passed, what failed, and what to do.')
    .action(async (traceId: string, flags: Flags) => {
      const { json = false, lang } = flags
      const client = await connect(flags)
      const refusal = await client.get<Refusal>(`/v1/refusals/${encodeURIComponent(traceId)}`)
      const output = createOutput({ json })
      if (json) return output.line('', refusal)
      for (const line of linesOf(refusal, textsIn(lang))) output.line(line, {})
    })
}

function linesOf(refusal: Refusal, texts: Texts): readonly string[] {
  const { t, label } = texts
  const { detail, checksPassed, check, remedy, others = [] } = refusal
  return [
    headOf(refusal, texts),
    detail,
    `${t('refusal.remedy')}: ${remedy}`,
    `${t('refusal.checks')}:`,
    ...checksPassed.map((passed) => `  ✓ ${label('check', passed)}`),
    `  ✗ ${label('check', check)}: ${t('refusal.failed')}`,
    ...(others.length === 0 ? [] : [`${t('refusal.others')}:`]),
    ...others.map((other) => `  ${headOf(other, texts)}`)
  ]
}

function headOf({ at, route, status, code, title, caller }: Refusal, { t, exact }: Texts): string {
  return `${exact(at)} ${route} ${caller?.system ?? t('refusal.caller.unknown')}: ${status} ${code} ${title}`
}
