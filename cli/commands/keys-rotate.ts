import { existsSync } from 'node:fs'
import { chmod, chown, copyFile, realpath, rename, stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { createClient } from '#client/create-client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { instantMs } from '#protocol/events/instant.ts'
import { retry } from '#protocol/timing/retry.ts'
import { generateKey, type PublicJwk } from '#protocol/trust/jwk.ts'
import { readKey, type StoredKey, writeKey } from '#runtime/keyring.ts'
import { systemNamed } from '../connect.ts'
import { type ChangeFlags, type Control, makeChange, openControl, withControl } from '../control.ts'
import { findSystem, keyState, onSystem, type System, type SystemKey, saysOf } from '../known-system.ts'

interface RotateFlags extends ChangeFlags {
  readonly file?: string
  readonly kid?: string
  readonly retireAfter: string
}

/** The key file that is replaced, and what its system has at the bus. */
interface Rotation {
  readonly file: string
  readonly known: System
  readonly control: Control
  readonly flags: RotateFlags
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
/** Long enough for every process of a bus to have read the act. */
const longestCheckMs = 30_000

/**
 * `lienthong keys rotate`: each step looks first whether it is done already, so that the command can be
 * run again wherever it was interrupted. Until the last step, the key file holds the old key.
 */
export function addKeysRotate(keys: Command): void {
  withControl(keys.command('rotate'))
    .argument('<system>', 'the system: <code>.<name> or /agencies/<code>/systems/<name>')
    .option('--file <file>', 'its private JWK, which is replaced; by default that of --key')
    .option('--kid <name>', 'name of the new key; by default the date')
    .option('--retire-after <period>', 'how long the old key can still sign, such as 30m, 24h or 7d', '24h')
    .description(
      'Replace a key: create one, add it, check that it signs, and retire the old one after a while. The old key file is kept. Can be run again if it was interrupted.'
    )
    .action(rotate)
}

async function rotate(name: string, flags: RotateFlags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const { t, refuse, texts, output, client } = control
  const after = afterMs(flags.retireAfter) ?? refuse(t('rotate.after', { got: flags.retireAfter }))
  const own = systemNamed(flags.as) === systemNamed(name) ? flags.key : undefined
  const named = flags.file ?? own
  const known = await findSystem(name, control).catch((error) => {
    if (named === undefined || !isStuck(error, named, flags)) throw error
    return refuse(t('rotate.stuck', { file: named, next: nextFile(named) }))
  })
  const { resource } = known
  // A link stays, and leads to the new key.
  const file = await realpath(named ?? refuse(t('rotate.file', { resource })))
  const rotation = { file, known, control, flags }
  const old = await oldKey(rotation)
  const fresh = await newKey(rotation)
  await addKey(rotation, fresh)
  await checkKey(rotation, fresh)
  const endsAt = await retireKey(
    { ...rotation, known: await client.get(`/v1/systems${resource}`) },
    old,
    after
  )
  const kept = await swap(file, old)
  const time = texts.time(endsAt)
  const { publicJwk } = fresh
  const { kid } = publicJwk
  const done = { rotated: { resource, kid, file, old: kept, oldKid: old, endsAt, publicJwk } }
  const isOver = instantMs(endsAt) <= Date.now()
  output.line(t(isOver ? 'rotate.done.now' : 'rotate.done', { file, kid, old: kept, time }), done)
  if (control.json) return
  output.line(t('rotate.province'), {})
  output.line(JSON.stringify(publicJwk), {})
}

/** Whether the old key has ended before the new one was put in its place. */
function isStuck(error: unknown, file: string, { key }: RotateFlags): boolean {
  const isRefused = error instanceof GatewayError && error.code === 'BUS_TOKEN_INVALID'
  return isRefused && key === file && existsSync(nextFile(file))
}

function afterMs(text: string): number | undefined {
  const [, count, unit = 'm'] = /^([0-9]{1,4})([mhd])$|^0$/.exec(text) ?? []
  return text === '0' ? 0 : count === undefined ? undefined : Number(count) * (unitMs[unit] ?? 0)
}

/** The `kid` of the key to replace; ends the command if it is not in use, unless a rotation of it was interrupted. */
async function oldKey({ file, known, control: { t, refuse } }: Rotation): Promise<string> {
  const { publicJwk } = await readKey(file)
  const { kid } = publicJwk
  const { resource, keys } = known
  const isInterrupted = existsSync(nextFile(file))
  const isInUse = keys.some(
    (key) => isKey(key, publicJwk) && (isInterrupted || keyState(key, Date.now()) !== 'ended')
  )
  return isInUse ? kid : refuse(t('rotate.foreign', { kid, file, resource }))
}

/** Whether a registered key is this one. Systems may have keys of the same name. */
function isKey({ key }: SystemKey, own: PublicJwk): boolean {
  const registered = key as Partial<PublicJwk>
  return (['kid', 'x', 'y', 'n'] as const).every((member) => registered[member] === own[member])
}

/** The new key, in a file beside the old one: of this run, or of one that was interrupted. */
async function newKey({ file, known, control, flags }: Rotation): Promise<StoredKey> {
  const next = nextFile(file)
  if (existsSync(next)) {
    const key = await readKey(next)
    const { kid } = key.publicJwk
    const { t, output } = control
    const isOther = flags.kid !== undefined && flags.kid !== kid
    const ignored = isOther ? ` ${t('rotate.resumed.kid', { wanted: String(flags.kid) })}` : ''
    output.line(`${t('rotate.resumed', { kid, file: next })}${ignored}`, { resumed: { kid, file: next } })
    return key
  }
  const taken = new Set(known.keys.map(({ key }) => key.kid))
  const date = new Date().toISOString().slice(0, 10)
  const names = [date, ...Array.from({ length: taken.size }, (_, index) => `${date}-${index + 2}`)]
  const kid = flags.kid ?? names.find((one) => !taken.has(one)) ?? date
  await writeKey(next, (await generateKey(kid, 'EdDSA')).privateJwk)
  return readKey(next)
}

const nextFile = (file: string): string => `${file}.next`

async function addKey({ file, known, control, flags }: Rotation, { publicJwk }: StoredKey): Promise<void> {
  const { resource, keys } = known
  const { kid } = publicJwk
  const registered = keys.find(({ key }) => key.kid === kid)
  if (registered) {
    if (isKey(registered, publicJwk)) return
    control.refuse(control.t('rotate.kid', { file: nextFile(file), kid, resource }))
  }
  const says = await saysOf('key.added', known, kid, control)
  await makeChange(
    { ...onSystem(known), act: 'key.added', members: { key: publicJwk }, says },
    control,
    flags
  )
}

/** Sends a request signed with the new key. Processes of the bus read the act one after the other. */
async function checkKey({ file, known, control, flags }: Rotation, key: StoredKey): Promise<void> {
  const { resource } = known
  const { kid } = key.publicJwk
  const { gateway, lang: language } = flags
  const client = await createClient({ gateway, system: resource, key: key.privateJwk, language })
  const isEarly = (error: unknown): boolean =>
    error instanceof GatewayError && (error.retry === 'later' || error.code === 'BUS_TOKEN_INVALID')
  try {
    await retry(() => client.get(`/v1/systems${resource}`), {
      waitMs: (error) => (isEarly(error) ? 500 : undefined),
      longestMs: longestCheckMs
    })
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    control.refuse(control.t('rotate.unchecked', { kid, file, problem: error.message }))
  }
  control.output.line(control.t('rotate.checked', { kid }), { checked: { kid } })
}

/** Has the old key end, unless it ends already; returns when. */
async function retireKey({ known, control, flags }: Rotation, kid: string, afterMs: number): Promise<string> {
  const until = known.keys.find(({ key }) => key.kid === kid)?.validTo
  const wanted = new Date(Date.now() + afterMs).toISOString()
  if (until !== undefined && instantMs(until) <= instantMs(wanted)) return until
  const time = control.texts.time(wanted)
  const says = await saysOf(afterMs === 0 ? 'key.retired' : 'key.retired.later', known, kid, control, time)
  const members = { kid, ...(afterMs === 0 ? {} : { validTo: wanted }) }
  await makeChange({ ...onSystem(known), act: 'key.retired', members, says }, control, flags)
  return wanted
}

/** Puts the new key in the place of the old one, which is kept under its own name. The same users may read both. */
async function swap(file: string, kid: string): Promise<string> {
  const kept = `${file}.${kid}`
  const { mode, uid, gid } = await stat(file)
  await copyFile(file, kept)
  for (const one of [kept, nextFile(file)]) {
    await chmod(one, mode & 0o777)
    if (process.getuid?.() === 0) await chown(one, uid, gid)
  }
  await rename(nextFile(file), file)
  return kept
}
