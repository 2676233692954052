import { type Violation, violationsOf } from '#protocol/events/json-schema.ts'
import { faultsOfKeys } from './key-faults.ts'
import { Province } from './province.ts'
import type { FaultInFile, Path, ProvinceFault } from './province-fault.ts'
import { type Mention, type MentionedSystem, type Mentions, mentionsIn } from './province-mentions.ts'

/** What is wrong with a province file by itself. */
export function faultsInFile(value: unknown): readonly FaultInFile[] {
  const mentions = mentionsIn(value)
  return [
    ...faultsOfForm(Province, value),
    ...twice(mentions),
    ...faultsOfKeys(mentions.systems),
    ...tooWide(mentions.systems),
    ...circles(mentions, 'parent'),
    ...circles(mentions, 'successor')
  ]
}

/** Where a value has not the form that a schema says. */
export function faultsOfForm(schema: object, value: unknown): readonly FaultInFile[] {
  return violationsOf(schema, value).flatMap((violation) => {
    const { instancePath } = violation
    const path = instancePath === '' ? [] : instancePath.slice(1).split('/').map(stepIn)
    return toFault(violation, path) ?? []
  })
}

/** A name or an index in a JSON pointer (RFC 6901). */
function stepIn(name: string): string | number {
  return /^\d+$/.test(name) ? Number(name) : name.replaceAll('~1', '/').replaceAll('~0', '~')
}

function toFault(
  { keyword, params, parentSchema = {}, data }: Violation,
  path: Path
): FaultInFile | undefined {
  const { additionalProperty, missingProperty, type, format, limit } = params as Record<string, string>
  const items = Array.isArray(data) ? data : []
  const got = typeof data === 'string' ? data.slice(0, 60) : ''
  const fault = (name: ProvinceFault, values: FaultInFile['values'] = {}, at = path): FaultInFile => ({
    fault: name,
    path: at,
    values: { name: nameOf(at), ...values }
  })
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys(parentSchema.properties ?? {}).join(', ')
      return fault('setting.unknown', { known }, [...path, String(additionalProperty)])
    }
    case 'required':
      return fault('setting.missing', { name: String(missingProperty) })
    case 'type':
      return fault('setting.type', { type: String(type) })
    case 'anyOf': {
      const choices = (parentSchema.anyOf as { const: string }[]).map((one) => one.const)
      return fault('setting.choice', { choices: choices.join(', ') })
    }
    case 'pattern':
      return fault(`grammar.${parentSchema.title}` as ProvinceFault, { got })
    case 'format':
      return fault(`grammar.${format}` as ProvinceFault, { got })
    case 'minLength':
    case 'minItems':
      return fault('setting.empty')
    case 'maxLength':
      return fault('setting.long', { limit: String(limit) })
    case 'maxItems':
      return fault('setting.many', { limit: String(limit) })
    case 'uniqueItems': {
      const { i, j } = params as { i: number; j: number }
      const at = [...path, Math.max(i, j)]
      return { ...fault('twice.value', { got: String(items[i]) }, at), first: [...path, Math.min(i, j)] }
    }
    default: // Each `const` of an `anyOf` is a violation of its own.
      return undefined
  }
}

/** What a place is called: a setting, or an item of a list such as `agencies #2`; nothing for the file itself. */
function nameOf(path: Path): string {
  const [list = '', last = ''] = path.slice(-2)
  return typeof last === 'number' ? `${list} #${last + 1}` : String(path.at(-1) ?? '')
}

interface Named {
  readonly name: string
  readonly path: Path
  readonly values?: FaultInFile['values']
}

/** All but the first of what has the same name. */
function repeated(fault: ProvinceFault, all: readonly (Named | undefined)[]): readonly FaultInFile[] {
  const seen = new Map<string, Path>()
  return all.flatMap((one) => {
    if (!one) return []
    const { name, path, values = { name } } = one
    const first = seen.get(name)
    if (first) return { fault, path, values, first }
    seen.set(name, path)
    return []
  })
}

function twice({ agencies, systems, agreements }: Mentions): readonly FaultInFile[] {
  const named = (mention: Mention | undefined): Named | undefined =>
    mention && { name: mention.text, path: mention.path }
  return [
    ...repeated(
      'twice.agency',
      agencies.map(({ code }) => named(code))
    ),
    ...repeated(
      'twice.system',
      systems.map(({ resource, path }) => (resource === undefined ? undefined : { name: resource, path }))
    ),
    ...systems.flatMap((system) => twiceIn(system)),
    ...repeated(
      'twice.agreement',
      agreements.map(({ id }) => named(id))
    )
  ]
}

function twiceIn({ keys, rights }: MentionedSystem): readonly FaultInFile[] {
  return [
    ...repeated(
      'twice.key',
      keys.map(({ jwk, path }) => {
        const kid = (jwk as { readonly kid?: unknown } | null)?.kid
        return typeof kid === 'string' ? { name: kid, path } : undefined
      })
    ),
    ...repeated(
      'twice.right',
      rights.map(({ type }) => type && { name: type.text, path: type.path })
    )
  ]
}

function tooWide(systems: readonly MentionedSystem[]): readonly FaultInFile[] {
  return systems.flatMap(({ rights }) =>
    rights.flatMap(({ path, type, recipients }) =>
      recipients === '*' && type && !type.text.startsWith('document.')
        ? { fault: 'right.wide', path, values: { type: type.text } }
        : []
    )
  )
}

/** Agencies that are above themselves, or take over from themselves; each circle is reported once. */
function circles({ agencies }: Mentions, member: 'parent' | 'successor'): readonly FaultInFile[] {
  const named = new Map(agencies.map((agency) => [agency.code?.text, agency[member]] as const))
  const visited = new Set<string>()
  return agencies.flatMap(({ code }) => {
    const chain: string[] = []
    let at = code?.text
    while (at !== undefined && !visited.has(at)) {
      visited.add(at)
      chain.push(at)
      at = named.get(at)?.text
    }
    if (at === undefined || !chain.includes(at)) return []
    const circle = [...chain.slice(chain.indexOf(at)), at].join(' → ')
    return { fault: 'agency.circle', path: named.get(at)?.path ?? [], values: { name: member, circle } }
  })
}
