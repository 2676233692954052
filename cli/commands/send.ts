import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { BusEvent } from '#protocol/events/event.ts'
import { createOutput } from '#runtime/output.ts'
import { connect } from '../connect.ts'

interface SendFlags {
  readonly gateway: string
  readonly as: string
  readonly key: string
  readonly json?: boolean
}

export function addSend(program: Command): void {
  program
    .command('send')
    .argument('<file>', 'one event as JSON, or an array of events')
    .description('Sign and publish events. The same file can be sent again safely.')
    .option('--gateway <url>', "the gateway's public URL", 'http://127.0.0.1:8080')
    .requiredOption(
      '--as <system>',
      'the publishing system: /agencies/<code>/systems/<name>, or <code>.<name>'
    )
    .requiredOption('--key <file>', 'its private JWK')
    .option('--json', 'one JSON value a line')
    .action(async (file: string, flags: SendFlags) => {
      const output = createOutput({ json: flags.json ?? false })
      const content = JSON.parse(await readFile(file, 'utf8')) as BusEvent | readonly BusEvent[]
      const client = await connect(flags)
      const results = await client.publish(...(Array.isArray(content) ? content : [content as BusEvent]))
      for (const result of results) {
        const message = result.problem
          ? `${result.problem.code}: ${result.problem.detail}`
          : (result.hash ?? '')
        output.line(`${result.status} ${result.id} ${message}`, result)
      }
      if (results.some(({ status }) => status === 'rejected')) process.exitCode = 1
    })
}
