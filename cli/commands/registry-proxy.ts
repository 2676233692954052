import type { Command } from 'commander'
import { readKey } from '#runtime/keyring.ts'
import { say } from '#runtime/output.ts'
import { untilStopped } from '#runtime/until-stopped.ts'
import { type ConnectFlags, systemNamed } from '../connect.ts'
import { startRegistryProxy } from '../remote/registry-proxy.ts'

/** `lienthong registry-proxy`: the schema registry for clients that cannot sign acts. */
export function addRegistryProxy(program: Command): void {
  program
    .command('registry-proxy')
    .description(
      'Serve the schema registry on 127.0.0.1 for clients that cannot sign. Their changes are signed with --key.'
    )
    .option('--gateway <url>', "the gateway's public URL", 'http://127.0.0.1:8080')
    .requiredOption(
      '--as <system>',
      'the system it acts as: /agencies/<code>/systems/<name>, or <code>.<name>'
    )
    .requiredOption('--key <file>', 'its private JWK')
    .option('--port <number>', 'port on 127.0.0.1; 0 picks a free one', '8081')
    .action(async ({ gateway, as, key, port }: ConnectFlags & { readonly port: string }) => {
      const proxy = await startRegistryProxy({
        gateway,
        system: systemNamed(as),
        key: (await readKey(key)).privateJwk,
        port: Number(port)
      })
      say(`Liên Thông registry-proxy listens on ${proxy.url}`)
      await untilStopped(() => proxy.close())
    })
}
