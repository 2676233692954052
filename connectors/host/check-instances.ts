import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { agencyOf } from '#protocol/events/event.ts'
import { isInstant } from '#protocol/events/instant.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import type { ConnectorDefinition } from '../connector.ts'
import { durationMs, InstanceSettings } from './instance-settings.ts'
import { kindsIn, loadKind, shippedKinds } from './load-kind.ts'

/** An instance as the configuration has it. */
export interface DeclaredInstance {
  /** Where it stands, for an operator. */
  readonly place: string
  readonly value: unknown
}

/** An instance whose settings match their schemas. */
export interface CheckedInstance extends Omit<InstanceSettings, 'keyFile' | 'every' | 'rateGroup'> {
  readonly definition: ConnectorDefinition
  readonly agency: string
  readonly rateGroup: string
  readonly everyMs: number
}

/** An instance that cannot run. */
export interface MisconfiguredInstance {
  readonly name: string
  readonly kind: string
  readonly rateGroup: string
  /** What is wrong, and where. */
  readonly problems: readonly string[]
}

export interface CheckInstancesOptions {
  readonly instances: readonly DeclaredInstance[]
  /** Settings of instances that do not have them, by kind. */
  readonly defaults: Readonly<Record<string, unknown>>
  /** Folders of kinds that do not come with this release. */
  readonly folders: readonly string[]
}

export interface CheckedInstances {
  readonly valid: readonly CheckedInstance[]
  readonly misconfigured: readonly MisconfiguredInstance[]
}

const defaultEvery = '10s'

/** Checks every instance by itself: a fault of one leaves the others as they are. */
export async function checkInstances(options: CheckInstancesOptions): Promise<CheckedInstances> {
  const { instances } = options
  const folders = [shippedKinds, ...options.folders]
  const names = instances.map(({ value }) => nameOf(value))
  const checked = await Promise.all(instances.map((one) => checkInstance(one, { ...options, folders })))
  const judged = checked.map((one, index): CheckedInstance | MisconfiguredInstance => {
    const name = names[index] ?? ''
    const places = instances.filter((_, at) => names[at] === name).map(({ place }) => place)
    if (name !== '' && places.length > 1) {
      return misconfigured(instances[index]?.value, [
        `the name ${name} is used ${places.length} times (${places.join(', ')})`
      ])
    }
    const sharing = sharingPath(one, checked)
    if (sharing.length > 1) {
      return misconfigured(one, [
        `the receivePath of ${sharing.join(' and ')} is the same, or one is below the other`
      ])
    }
    const heirs = heirsOfSame(one, checked)
    if (heirs.length > 1) {
      return misconfigured(one, [`formerNames of ${heirs.join(' and ')} contain the same name`])
    }
    const taken = 'formerNames' in one ? one.formerNames.find((former) => names.includes(former)) : undefined
    if (taken === undefined) return one
    return misconfigured(one, [`formerNames contains ${taken}, which is the name of an instance`])
  })
  return {
    valid: judged.filter((one) => 'definition' in one),
    misconfigured: judged.filter((one) => 'problems' in one)
  }
}

/** The instances that would be called at a path of this one, itself included. */
function sharingPath(
  one: CheckedInstance | MisconfiguredInstance,
  all: readonly (CheckedInstance | MisconfiguredInstance)[]
): readonly string[] {
  const pathOf = (of: typeof one): string | undefined =>
    'receivePath' in of ? `${of.receivePath}/` : undefined
  const own = pathOf(one)
  if (own === undefined) return []
  return all.flatMap((other) => {
    const path = pathOf(other)
    return path !== undefined && (path.startsWith(own) || own.startsWith(path)) ? [other.name] : []
  })
}

/** The instances that would take over a former name of this one, itself included. */
function heirsOfSame(
  one: CheckedInstance | MisconfiguredInstance,
  all: readonly (CheckedInstance | MisconfiguredInstance)[]
): readonly string[] {
  if (!('formerNames' in one)) return []
  const own = new Set(one.formerNames)
  return all.flatMap((other) =>
    'formerNames' in other && other.formerNames.some((name) => own.has(name)) ? [other.name] : []
  )
}

async function checkInstance(
  { place, value }: DeclaredInstance,
  { defaults, folders }: Pick<CheckInstancesOptions, 'defaults' | 'folders'>
): Promise<CheckedInstance | MisconfiguredInstance> {
  const refuse = (...problems: readonly string[]): MisconfiguredInstance =>
    misconfigured(
      value,
      problems.map((problem) => `${place}: ${problem}`)
    )
  if (!isMapping(value)) return refuse('must be a mapping with name, kind, system, keyFile and settings')
  const filled = structuredClone(withDefaults(value, defaults[String(value.kind)]))
  const unset = unsetVariables(filled)
  const problems = [
    ...unset.map((name) => `the environment variable ${name} is not set`),
    ...fillSettings(InstanceSettings, filled)
  ]
  if (problems.length > 0) return refuse(...problems)
  const { keyFile, every, rateGroup, ...settings } = filled as unknown as InstanceSettings
  const keyFiles = [...(keyFile === undefined ? [] : [keyFile]), ...settings.keyFiles]
  if (keyFiles.length === 0) problems.push('keyFile is missing')
  if (settings.start?.includes('T') && !isInstant(settings.start)) {
    problems.push(`start: ${settings.start} does not exist; give a time as in 2026-11-24T07:00:00+07:00`)
  }
  problems.push(...(await authorityProblems(settings.network)))
  const loaded = await definitionOf(settings.kind, folders)
  if (typeof loaded === 'string') return refuse(...problems, loaded)
  problems.push(...fillSettings(loaded.settings, settings.settings).map((problem) => `settings${problem}`))
  if (problems.length > 0) return refuse(...problems)
  const definition = loaded.forSettings?.(settings.settings) ?? loaded
  return {
    ...settings,
    definition,
    keyFiles,
    agency: agencyOf(settings.system),
    rateGroup: rateGroup ?? settings.name,
    everyMs: durationMs(every ?? definition.inbound?.every ?? defaultEvery)
  }
}

/** Why the certificate authorities of the outside cannot be used. They are read again when they are first needed. */
async function authorityProblems({
  authoritiesFile
}: InstanceSettings['network']): Promise<readonly string[]> {
  if (authoritiesFile === undefined) return []
  try {
    new X509Certificate(await readFile(authoritiesFile))
    return []
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return [`network/authoritiesFile: ${authoritiesFile} cannot be used as certificate authorities (${code})`]
  }
}

/** The kind, or why it cannot be used. A kind from elsewhere may fail in any way while it is loaded. */
async function definitionOf(kind: string, folders: readonly string[]): Promise<ConnectorDefinition | string> {
  try {
    const found = await loadKind(kind, folders)
    return found ?? `the kind ${kind} does not exist; available kinds: ${kindsIn(folders).join(', ')}`
  } catch (error) {
    return `the kind ${kind} could not be loaded: ${error instanceof Error ? error.message : String(error)}`
  }
}

function misconfigured(value: unknown, problems: readonly string[]): MisconfiguredInstance {
  const { kind, rateGroup } = isMapping(value) ? value : {}
  const name = nameOf(value)
  return {
    name: name === '' ? 'unnamed' : name,
    kind: typeof kind === 'string' ? kind : 'unknown',
    rateGroup: typeof rateGroup === 'string' ? rateGroup : name,
    problems
  }
}

function withDefaults(value: Mapping, defaults: unknown): Mapping {
  if (!isMapping(defaults)) return value
  const settings = {
    ...(isMapping(defaults.settings) ? defaults.settings : {}),
    ...(isMapping(value.settings) ? value.settings : {})
  }
  return { ...defaults, ...value, settings }
}

/** Names of environment variables that stand in the settings because they are not set. */
function unsetVariables(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
  if (typeof value !== 'object' || value === null) return []
  return [...new Set(Object.values(value).flatMap(unsetVariables))]
}

type Mapping = Readonly<Record<string, unknown>>

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameOf(value: unknown): string {
  return isMapping(value) && typeof value.name === 'string' ? value.name : ''
}
