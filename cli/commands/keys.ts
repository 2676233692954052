import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type Algorithm, generateKey } from '#protocol/trust/jwk.ts'
import { writeKey, writePem } from '#runtime/keyring.ts'
import { say } from '#runtime/output.ts'

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('Create keys for systems.')
  keys
    .command('new')
    .description(
      'Create a key pair: the private key is written to a file, the public JWK to standard output.'
    )
    .requiredOption('--out <file>', 'file for the private key, readable only by its owner')
    .option('--kid <name>', 'name of the key, unique within its system', defaultKid())
    .option('--alg <algorithm>', 'EdDSA, ES256, PS256 or RS256', 'EdDSA')
    .option('--pem', 'write the private key as PEM (PKCS #8), for openssl and other languages')
    .action(
      async (
        { out, kid, alg, pem }: { out: string; kid: string; alg: Algorithm; pem?: boolean },
        command: Command
      ) => {
        if (existsSync(out)) command.error(`${out} already exists; name another file, or move that key first`)
        const { privateJwk, publicJwk } = await generateKey(kid, alg)
        if (pem) await writePem(out, privateJwk)
        else await writeKey(out, privateJwk)
        say(JSON.stringify(publicJwk))
      }
    )
}

function defaultKid(): string {
  return `${new Date().toISOString().slice(0, 10)}`
}
