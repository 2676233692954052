import type { Command } from 'commander'
import type { InboxItem } from '#client/inbox.ts'
import { textsIn } from '#gateway/console/web/texts.js'
import type { Language } from '#protocol/errors/faults.ts'
import { isInstant } from '#protocol/events/instant.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import { eventTextsIn } from '../event-texts.ts'
import type { LanguageFlags } from '../language.ts'

interface InboxFlags extends LanguageFlags {
  readonly after?: string
  readonly from?: string
  readonly follow?: boolean
  readonly json?: boolean
}

export function addInbox(program: Command): void {
  withControl(program.command('inbox'))
    .description("Read an agency's inbox. What is read is delivered.")
    .option('--after <cursor>', 'continue after this cursor')
    .option('--from <time>', 'start at this time (RFC 3339)')
    .option('--follow', 'keep running and print new events')
    .action(async (flags: InboxFlags, self: Command) => {
      const { lang } = flags
      if (flags.from !== undefined && !isInstant(flags.from))
        self.error(eventTextsIn(lang)('inbox.from', { got: flags.from }))
      const output = createOutput({ json: flags.json ?? false })
      const client = await connect(flags)
      const show = (item: InboxItem): void => output.line(lineOf(item, flags.lang), item)
      const { after, from } = flags
      if (flags.follow) {
        const onRetry = ({ message }: Error) => warn(message)
        const forever = new AbortController().signal
        for await (const item of client.follow({ after, from, onRetry }, forever)) show(item)
        return
      }
      let page = await client.page({ after, from })
      while (page.events.length > 0) {
        for (const item of page.events) show(item)
        page = await client.page({ after: page.next })
      }
    })
}

function lineOf({ event, added, cursor }: InboxItem, lang: Language): string {
  const { type, subject, source } = event
  const time = textsIn(lang).exact(added.recordedtime)
  return eventTextsIn(lang)('inbox.item', { time, type, subject, source, cursor })
}
