import type { Command } from 'commander'
import type { Language } from '#protocol/errors/faults.ts'
import { createOutput } from '#runtime/output.ts'
import { connect, withConnection } from '../connect.ts'
import { type LanguageFlags, withLanguage } from '../language.ts'
import { itemsOf } from '../pages.ts'

interface Flags extends LanguageFlags {
  readonly json?: boolean
}

/** An agency, as `/v1/activity` shows it. */
interface Activity {
  readonly agency: string
  readonly name: string
  readonly lastPublished?: { readonly at: string; readonly type: string }
  readonly systems: readonly {
    readonly system: string
    readonly lastRead?: string
    readonly lastPublished?: string
    readonly lastRefused?: string
  }[]
  readonly backlog: number
  readonly backlogIsMore?: boolean
  readonly oldestUnread?: { readonly at: string; readonly type: string; readonly hash: string }
  readonly silentSince?: string
}

const words = {
  vi: {
    never: 'chưa từng',
    silent: 'im lặng từ',
    unread: 'chưa nhận',
    over: 'hơn',
    oldest: 'cũ nhất',
    read: 'đọc lần cuối',
    published: 'gửi lần cuối',
    refused: 'bị từ chối lần cuối'
  },
  en: {
    never: 'never',
    silent: 'silent since',
    unread: 'not read',
    over: 'over',
    oldest: 'oldest',
    read: 'last read',
    published: 'last published',
    refused: 'last refused'
  }
} as const satisfies Readonly<Record<Language, object>>

/** `lienthong agencies`: who is active and who is silent. */
export function addAgencies(program: Command): void {
  withLanguage(withConnection(program.command('agencies')))
    .argument('[code]', 'only this agency, with its systems')
    .description('When agencies last published and read, and what they have not read; longest silent first.')
    .action(async (code: string | undefined, flags: Flags) => {
      const { json = false, lang } = flags
      const output = createOutput({ json })
      const client = await connect(flags)
      if (code === undefined) {
        for await (const one of itemsOf<Activity>(client, '/v1/activity', {}))
          output.line(lineOf(one, lang), one)
        return
      }
      const one = await client.get<Activity>(`/v1/agencies/${encodeURIComponent(code)}/activity`)
      output.line(lineOf(one, lang), one)
      if (!json) for (const line of systemsOf(one, lang)) output.line(line, {})
    })
}

function lineOf(
  { agency, name, backlog, backlogIsMore, oldestUnread, silentSince }: Activity,
  lang: Language
): string {
  const text = words[lang]
  const count = backlogIsMore ? `${text.over} ${backlog}` : String(backlog)
  const oldest = oldestUnread ? ` (${text.oldest}: ${oldestUnread.at} ${oldestUnread.type})` : ''
  return `${agency} ${name}: ${text.silent} ${silentSince ?? text.never}; ${text.unread}: ${count}${oldest}`
}

function systemsOf({ systems }: Activity, lang: Language): readonly string[] {
  const text = words[lang]
  return systems.map(
    ({ system, lastRead, lastPublished, lastRefused }) =>
      `  ${system}: ${text.read} ${lastRead ?? text.never}; ${text.published} ${lastPublished ?? text.never}${
        lastRefused === undefined ? '' : `; ${text.refused} ${lastRefused}`
      }`
  )
}
