import { agencyOf, isAgencyCode } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import { issuerGrammar } from '#protocol/trust/token.ts'
import { systemNamed } from './connect.ts'
import { type Control, type Resource, readResource } from './control.ts'
import type { ControlText } from './control-texts.ts'
import { itemsOf } from './pages.ts'

export interface SystemKey {
  readonly key: { readonly kid: string; readonly alg: string }
  readonly validFrom?: string
  /** Also the time when it was retired. */
  readonly validTo?: string
}

/** A system, as `/v1/systems` shows it. */
export interface System extends Resource {
  readonly agency: string
  readonly name?: string
  readonly keys: readonly SystemKey[]
}

/** An agency, as `/v1/agencies` shows it. */
export interface Agency extends Resource {
  readonly code: string
  readonly name: string
}

/** The system with a name that a person has typed; ends the command if there is none. */
export async function findSystem(name: string, { client, t, refuse }: Control): Promise<System> {
  const resource = systemNamed(name)
  const isName = /^\/|\./.test(name) && issuerGrammar.test(resource)
  if (!isName) return refuse(t('malformed.system', { name }))
  const system = await readResource<System>(client, `/v1/systems${resource}`)
  return system ?? refuse(t('unknown.system', { name: resource }))
}

/** The agency with a code; ends the command if there is none. */
export async function findAgency(code: string, { client, t, refuse }: Control): Promise<Agency> {
  const path = `/v1/agencies/${encodeURIComponent(code)}`
  const agency = isAgencyCode(code) ? await readResource<Agency>(client, path) : undefined
  return agency ?? refuse(t('unknown.agency', { name: code }))
}

/** Says which agency has a code, by name: of all agencies, or of one. */
export async function agencyNames({ client }: Control, agency?: string): Promise<(code: string) => string> {
  const names = new Map<string, string>()
  for await (const { code, name } of itemsOf<Agency>(client, '/v1/agencies', { agency }))
    names.set(code, name)
  return (code) => {
    const name = names.get(code)
    return name === undefined ? code : `${name}, ${code}`
  }
}

/** The agency of a system, with its name. */
export async function agencyOfSystem({ resource }: Resource, control: Control): Promise<string> {
  const code = agencyOf(resource)
  return (await agencyNames(control, code))(code)
}

/** As on the console's page of an agency. */
const soonMs = 30 * 86_400_000

export type KeyState = 'valid' | 'expires-soon' | 'not-yet' | 'ended'

export function keyState({ validFrom, validTo }: SystemKey, now: number): KeyState {
  const left = validTo === undefined ? Number.POSITIVE_INFINITY : instantMs(validTo) - now
  if (left <= 0) return 'ended'
  if (validFrom !== undefined && instantMs(validFrom) > now) return 'not-yet'
  return left < soonMs ? 'expires-soon' : 'valid'
}

/** A key's state and period, in words. */
export function keyText(key: SystemKey, { texts, t }: Control): string {
  const state = keyState(key, Date.now())
  const own: Partial<Record<KeyState, ControlText>> = { 'not-yet': 'key.not-yet', ended: 'key.ended' }
  const name = own[state]
  const until =
    key.validTo === undefined ? texts.t('key.noEnd') : texts.t('key.until', { time: texts.time(key.validTo) })
  return `${name ? t(name) : texts.label('key', state)}, ${until}`
}

/** Where acts on a system are posted, and how it is looked at. */
export function onSystem(known: System) {
  const path = `/v1/systems${known.resource}`
  return { list: '/v1/systems', path, known, look: `lienthong keys list ${known.resource}` }
}

/** What an act on a key will do, in words. */
export async function saysOf(
  act: 'key.added' | 'key.retired' | 'key.retired.later',
  known: System,
  kid: string,
  control: Control,
  time = ''
): Promise<string> {
  const agency = await agencyOfSystem(known, control)
  return control.t(act, { kid, resource: known.resource, agency, time })
}
