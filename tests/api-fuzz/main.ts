import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createSigner, type Signer } from '#client/signer.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { operationsOf, readApiDocument } from '../gateway/api-document/document.ts'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { schemathesisFolder } from '../helpers/servers/installed.ts'
import { mustBeInstalled } from '../helpers/servers/needs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { actOnSystem, codes, type Letter, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'
import { ofOneType, triedType } from './of-one-type.ts'
import { startSigningProxy, toBeSigned } from './signing-proxy.ts'

/**
 * `npm run openapi:fuzz -- --seed S --examples N`: has schemathesis make requests from `/openapi.json`, valid and
 * invalid ones, and holds every answer of a running bus to what the document says. `--only REGEX` tries only paths
 * that match.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true, default: ['1'] },
    examples: { type: 'string', default: '10' },
    only: { type: 'string' },
    seconds: { type: 'string' },
    phases: { type: 'string', default: 'examples,coverage,fuzzing' }
  }
})

mustBeInstalled('schemathesis')
const closing: (() => unknown)[] = []
const suite = { after: (close: () => unknown) => void closing.push(close) }
process.exitCode = await fuzz().finally(async () => {
  for (const close of closing.reverse()) await close()
})

async function fuzz(): Promise<number> {
  const { bus } = await startRegistryBus(suite as never)
  const { url, clients, operator } = bus
  await actOnSystem(operator, systemOf('A'), {
    ...{ act: 'right.granted', path: '/v1/rights' },
    ...{ type: triedType, recipients: 'agreements' }
  })
  // Something to be found by those requests that take the examples.
  await clients.A.publish(bus.document())
  const dead = '/v1/deliveries?state=dead'
  await until(async () => (await operator.get<{ items: unknown[] }>(dead)).items.length > 0, 60_000)

  const ofAgency = (letter: Letter): Promise<Signer> =>
    createSigner({ system: systemOf(letter), key: bus.keys[letter].privateJwk, audience: url })
  const { privateJwk: key } = await readKey(keyFiles(bus.folder).operator)
  const ofOperator = await createSigner({ system: '/bus/systems/operator', key, audience: url })
  const [ofA, ofB] = [await ofAgency('A'), await ofAgency('B')]
  const document = await readApiDocument(url)
  const operations = operationsOf(document)
  const tokens = new Map(operations.map(({ name, operation }) => [name, operation['x-rights']?.token]))
  const proxy = await startSigningProxy({
    gateway: url,
    tokenOf: (method, path) => tokens.get(`${method} ${path}`) ?? 'plain',
    signerOf: (_method, path) => {
      if (path.startsWith('/v1/inbox')) return ofB
      return /^\/v1\/(?:events|attachments)/.test(path) ? ofA : ofOperator
    }
  })
  closing.push(proxy.close)

  const folder = temporaryFolder(suite)
  for (const name of ['schemathesis.toml', 'hooks.py']) {
    copyFileSync(join(import.meta.dirname, name), join(folder, name))
  }
  const file = join(folder, 'openapi.json')
  writeFileSync(file, JSON.stringify(ofOneType(document)))
  process.stdout.write(`operations: ${operations.length}; agencies: ${Object.values(codes).join(', ')}\n`)
  for (const seed of values.seed) {
    const code = await schemathesis(file, proxy.url, seed)
    if (code !== 0) return code
  }
  return 0
}

async function schemathesis(file: string, url: string, seed: string): Promise<number> {
  const child = spawn(
    join(schemathesisFolder, 'bin', 'schemathesis'),
    [
      ...['run', file, '--url', url],
      ...['--seed', seed, '--max-examples', values.examples, '--phases', values.phases],
      ...['--header', `Authorization: ${toBeSigned}`, '--generation-database', 'none', '--no-color'],
      ...(values.seconds === undefined ? [] : ['--max-time', values.seconds]),
      ...(values.only === undefined ? [] : ['--include-path-regex', values.only])
    ],
    {
      stdio: 'inherit',
      cwd: dirname(file),
      env: { ...process.env, PYTHONPATH: schemathesisFolder, PYTHONUNBUFFERED: '1' }
    }
  )
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
