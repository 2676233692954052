import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Language } from '#protocol/errors/faults.ts'
import { generateKey, kidGrammar } from '#protocol/trust/jwk.ts'
import type { Algorithm } from '#protocol/trust/jws.ts'
import { writeKey, writePem } from '#runtime/keyring.ts'
import { say } from '#runtime/output.ts'
import {
  type ChangeFlags,
  type Control,
  type ControlFlags,
  makeChange,
  openControl,
  withControl
} from '../control.ts'
import { controlTextsIn } from '../control-texts.ts'
import { findSystem, keyState, keyText, onSystem, saysOf } from '../known-system.ts'
import { withLanguage } from '../language.ts'
import { addKeysRotate } from './keys-rotate.ts'

interface AddFlags extends ChangeFlags {
  readonly validFrom?: string
  readonly validTo?: string
}

interface NewFlags {
  readonly out: string
  readonly kid: string
  readonly alg: Algorithm
  readonly pem?: boolean
  readonly lang: Language
}

const system = 'the system: <code>.<name> or /agencies/<code>/systems/<name>'

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('Create keys for systems; list, add and retire keys of systems.')
  withLanguage(keys.command('new'))
    .description(
      'Create a key pair: the private key is written to a file, the public JWK to standard output.'
    )
    .requiredOption('--out <file>', 'file for the private key, readable only by its owner')
    .option('--kid <name>', 'name of the key, unique within its system', defaultKid())
    .option('--alg <algorithm>', 'EdDSA, ES256, PS256 or RS256', 'EdDSA')
    .option('--pem', 'write the private key as PEM (PKCS #8), for openssl and other languages')
    .action(async ({ out, kid, alg, pem, lang }: NewFlags, command: Command) => {
      if (existsSync(out)) command.error(controlTextsIn(lang)('file.exists', { file: out }))
      const { privateJwk, publicJwk } = await generateKey(kid, alg)
      if (pem) await writePem(out, privateJwk)
      else await writeKey(out, privateJwk)
      say(JSON.stringify(publicJwk))
    })
  withControl(keys.command('list'))
    .argument('<system>', system)
    .description('List the keys of a system, including past ones; says which expire within 30 days.')
    .action(list)
  withControl(keys.command('add'))
    .argument('<system>', system)
    .argument('<file>', 'the public JWK, as `keys new` prints it')
    .option('--valid-from <time>', 'the key may sign from this time (RFC 3339); by default from now')
    .option('--valid-to <time>', 'the key may sign until this time; by default without end')
    .description('Let a system sign with one more key.')
    .action(add)
  withControl(keys.command('retire'))
    .argument('<system>', system)
    .argument('<kid>', 'name of the key')
    .description('Have the bus refuse what is signed with a key from now on.')
    .action(retire)
  addKeysRotate(keys)
}

function defaultKid(): string {
  return `${new Date().toISOString().slice(0, 10)}`
}

async function list(name: string, flags: ControlFlags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const { keys } = await findSystem(name, control)
  for (const key of keys) {
    const state = keyState(key, Date.now())
    const { texts, t } = control
    const from = key.validFrom === undefined ? '' : `, ${t('key.from', { time: texts.time(key.validFrom) })}`
    control.output.line(`${key.key.kid} (${key.key.alg}): ${keyText(key, control)}${from}`, { ...key, state })
  }
  if (keys.length === 0 && !control.json) control.output.line(control.t('none'), {})
}

async function add(name: string, file: string, flags: AddFlags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const key = await readPublicJwk(file, control)
  const known = await findSystem(name, control)
  const { validFrom, validTo } = flags
  const members = { key, ...(validFrom && { validFrom }), ...(validTo && { validTo }) }
  const says = await saysOf('key.added', known, String(key.kid), control)
  await makeChange({ ...onSystem(known), act: 'key.added', members, says }, control, flags)
}

async function retire(name: string, kid: string, flags: ChangeFlags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const known = await findSystem(name, control)
  const { resource, keys } = known
  const inUse = keys.filter((key) => keyState(key, Date.now()) !== 'ended')
  if (!inUse.some(({ key }) => key.kid === kid))
    return control.refuse(control.t('unknown.key', { resource, kid }))
  const says = await saysOf('key.retired', known, kid, control)
  const others = inUse.filter((key) => key.key.kid !== kid && keyState(key, Date.now()) !== 'not-yet')
  const all = others.length === 0 ? `${says} ${control.t('key.retired.last')}` : says
  await makeChange({ ...onSystem(known), act: 'key.retired', members: { kid }, says: all }, control, flags)
}

/** The key in a file; ends the command for anything but a public JWK. The gateway checks the rest. */
async function readPublicJwk(
  file: string,
  { t, refuse }: Control
): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, 'utf8').catch(({ code }: NodeJS.ErrnoException) =>
    refuse(t('file.missing', { file, code: String(code) }))
  )
  const key = parsed(text)
  const isPrivate = text.includes('PRIVATE KEY') || ['d', 'k', 'p', 'q'].some((member) => member in key)
  if (isPrivate) return refuse(t('file.private', { file }))
  return typeof key.kid === 'string' && kidGrammar.test(key.kid) ? key : refuse(t('file.notJwk', { file }))
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
