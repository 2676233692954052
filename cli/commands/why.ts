import type { Command } from 'commander'
import type { Language } from '#protocol/errors/faults.ts'
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

const words = {
  vi: {
    unknown: 'không rõ bên gửi',
    passed: 'Các bước đã qua',
    failed: 'Bước không qua',
    none: 'không có',
    remedy: 'Cách xử lý',
    others: 'Yêu cầu khác cùng mã truy vết'
  },
  en: {
    unknown: 'unknown sender',
    passed: 'Checks passed',
    failed: 'Check that failed',
    none: 'none',
    remedy: 'What to do',
    others: 'Other requests with this traceId'
  }
} as const satisfies Readonly<Record<Language, object>>

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
      for (const line of linesOf(refusal, lang)) output.line(line, {})
    })
}

function linesOf(refusal: Refusal, lang: Language): readonly string[] {
  const text = words[lang]
  const { detail, checksPassed, check, remedy, others = [] } = refusal
  return [
    headOf(refusal, lang),
    detail,
    `${text.passed}: ${checksPassed.join(', ') || text.none}`,
    `${text.failed}: ${check}`,
    `${text.remedy}: ${remedy}`,
    ...(others.length === 0 ? [] : [`${text.others}:`]),
    ...others.map((other) => `  ${headOf(other, lang)}`)
  ]
}

function headOf({ at, route, status, code, title, caller }: Refusal, lang: Language): string {
  return `${at} ${route} ${caller?.system ?? words[lang].unknown}: ${status} ${code} ${title}`
}
