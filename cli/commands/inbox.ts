import type { Command } from 'commander'
import type { InboxItem } from '#client/inbox.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { connect } from '../connect.ts'

interface InboxFlags {
  readonly gateway: string
  readonly as: string
  readonly key: string
  readonly after?: string
  readonly from?: string
  readonly follow?: boolean
  readonly json?: boolean
}

export function addInbox(program: Command): void {
  program
    .command('inbox')
    .description("Read an agency's inbox.")
    .option('--gateway <url>', "the gateway's public URL", 'http://127.0.0.1:8080')
    .requiredOption('--as <system>', 'the reading system: /agencies/<code>/systems/<name>, or <code>.<name>')
    .requiredOption('--key <file>', 'its private JWK')
    .option('--after <cursor>', 'continue after this cursor')
    .option('--from <time>', 'start at this time (RFC 3339)')
    .option('--follow', 'keep running and print new events')
    .option('--json', 'one inbox item a line')
    .action(async (flags: InboxFlags) => {
      const output = createOutput({ json: flags.json ?? false })
      const client = await connect(flags)
      const show = (item: InboxItem): void => output.line(lineOf(item), item)
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

function lineOf({ event, added, cursor }: InboxItem): string {
  return `${added.recordedtime} ${event.type} ${event.subject} from ${event.source} (${cursor})`
}
