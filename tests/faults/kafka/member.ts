import { runBus } from '#runtime/run-bus.ts'
import { pause } from '../load.ts'

/**
 * `node member.ts <lienthong.yaml>`: consumers that join and leave every two
 * seconds, until they are ended. In an outage they try again.
 */
const [, , config = ''] = process.argv

process.stdout.write('joins\n')
for (;;) {
  try {
    const flags = { config, managementPort: '0', logLevel: 'warn' } as const
    const { bus } = await runBus(flags, undefined, ['consumers'])
    await pause(2000)
    await bus.close()
    process.stderr.write('joined and left\n')
  } catch (error) {
    process.stderr.write(`could not join: ${error}\n`)
  }
  await pause(2000)
}
