import { agencyOf } from '#protocol/events/event.ts'
import type { Control } from './control.ts'
import { type Terms, termsOf } from './known-agreement.ts'
import { type ProvinceTexts, provinceTextsIn } from './province-texts.ts'
import { hasEnded, type Present } from './remote/control-present.ts'
import type { FixedDifference } from './remote/fixed-differences.ts'
import type { PlannedAct } from './remote/planned-act.ts'
import type { Province } from './remote/province.ts'
import type { Removal } from './remote/removals.ts'

/** Says in words how a province file and the bus differ. */
export interface ProvinceDescriber {
  /** What an act will do. */
  readonly act: (act: PlannedAct) => string
  /** What the bus has and the file does not, and how to take it away. */
  readonly left: (removal: Removal) => string
  readonly fixed: (difference: FixedDifference) => string
}

interface Compared {
  readonly province: Province
  readonly present: Present
}

export function createDescriber(compared: Compared, control: Control): ProvinceDescriber {
  const { texts, t: common } = control
  const t = provinceTextsIn(texts.language)
  const nameOf = namesIn(compared)
  const drafted = draftedIn(compared)
  const agreements = agreementsIn(compared)
  const valuesOf = ({ resource, ...members }: PlannedAct['body']) => {
    const type = String(members.type)
    const name = texts.eventName(type)
    const event = name === undefined ? type : `${name} (${type})`
    return { resource, agency: nameOf(agencyOf(resource)), event, kid: kidIn(members) }
  }
  const recipients = (kind: unknown): string => texts.t(kind === '*' ? 'right.all' : 'right.agreements')

  const act = ({ body }: PlannedAct): string => {
    const values = valuesOf(body)
    const { resource } = body
    const terms = (): string => {
      const agreement = agreements.get(resource)
      if (!agreement) throw new TypeError(`${resource} is neither in the file nor in the bus`)
      return termsOf(agreement, nameOf, control)
    }
    switch (body.act) {
      case 'agency.added': {
        const { agency } = values
        return body.parent === undefined
          ? t('agency.added', { agency })
          : t('agency.added.under', { agency, parent: nameOf(String(body.parent)) })
      }
      case 'agency.changed':
        return t('agency.changed', { ...values, changes: changesIn(body, compared, t) })
      case 'agency.closed': {
        const said = common('agency.closed', values)
        const successor = body.successor === undefined ? undefined : nameOf(String(body.successor))
        return successor === undefined ? said : `${said} ${common('agency.closed.successor', { successor })}`
      }
      case 'system.added': {
        const settings = settingsIn(body)
        return settings === ''
          ? t('system.added', values)
          : t('system.added.settings', { ...values, settings })
      }
      case 'system.revoked':
      case 'key.added':
        return common(body.act, values)
      case 'key.retired': {
        const said = common('key.retired', values)
        return hasKeyLeft(resource, compared) ? said : `${said} ${common('key.retired.last')}`
      }
      case 'right.granted':
        return t('right.granted', { ...values, recipients: recipients(body.recipients) })
      case 'right.withdrawn':
        return t('right.withdrawn', values)
      case 'agreement.drafted':
        return t('agreement.drafted', { resource, terms: terms() })
      case 'agreement.signed':
        return drafted.has(resource)
          ? t('agreement.signed.drafted', { resource })
          : common('agreement.signed', { resource, terms: terms() })
      case 'agreement.ended':
        return common('agreement.ended', { resource, terms: terms() })
      default:
        throw new TypeError(`${body.act} is not in a plan`)
    }
  }

  return {
    act,
    left({ acts: [{ body }, ...replacing], right }) {
      const values = valuesOf(body)
      const command = commandFor(body)
      const kind = kinds[body.act] ?? 'system'
      const status = texts.label('status', compared.present.agreements.get(body.resource)?.status ?? '')
      const what = t(`resource.${kind}`, { ...values, status })
      const remove = command === undefined ? t('remove.prune') : t('remove.command', { command })
      const [granted] = replacing
      if (!granted || !right) return t('left', { what, remove })
      const [present, wanted] = [right.recipients, granted.body.recipients].map(recipients)
      return t('left.replaced', { what, remove, present: present ?? '', wanted: wanted ?? '' })
    },
    fixed({ difference, resource, member = '', inFile, inBus }) {
      const agency = nameOf(agencyOf(resource))
      const [file, bus] = [inFile, inBus].map((value) => written(value, t))
      return t(`fixed.${difference}`, { resource, agency, member, inFile: file ?? '', inBus: bus ?? '' })
    }
  }
}

const kinds: Readonly<Record<string, 'agency' | 'system' | 'key' | 'right' | 'agreement'>> = {
  'agency.closed': 'agency',
  'system.revoked': 'system',
  'key.retired': 'key',
  'right.withdrawn': 'right',
  'agreement.ended': 'agreement'
}

/** The command that does one act; undefined if there is none. */
function commandFor({ act, resource, kid }: PlannedAct['body']): string | undefined {
  switch (act) {
    case 'agency.closed':
      return `lienthong agencies close ${agencyOf(resource)}`
    case 'system.revoked':
      return `lienthong systems revoke ${resource} --reason TEXT`
    case 'key.retired':
      return `lienthong keys retire ${resource} ${kid}`
    case 'agreement.ended':
      return `lienthong agreements end ${resource.slice('/agreements/'.length)}`
    default:
      return undefined
  }
}

/** Says which agency has a code, as the file names it, or the bus. */
function namesIn({ province, present }: Compared): (code: string) => string {
  const names = new Map([...present.agencies.values()].map(({ code, name }) => [code, name]))
  for (const { code, name } of province.agencies) names.set(code, name)
  return (code) => {
    const name = names.get(code)
    return name === undefined ? code : `${name}, ${code}`
  }
}

/** The agreements that a plan drafts before it signs them. */
function draftedIn({ province: { agreements = [] }, present }: Compared): ReadonlySet<string> {
  const all = agreements.map(({ id }) => `/agreements/${id}`)
  return new Set(all.filter((resource) => !present.agreements.has(resource)))
}

/** Terms of agreements, by resource, as the bus has them, or else the file. */
function agreementsIn({ province: { agreements = [] }, present }: Compared): ReadonlyMap<string, Terms> {
  const all = new Map<string, Terms>(agreements.map((one) => [`/agreements/${one.id}`, one]))
  for (const [resource, shown] of present.agreements) all.set(resource, shown)
  return all
}

function changesIn(body: PlannedAct['body'], { present }: Compared, t: ProvinceTexts): string {
  const before = present.agencies.get(body.resource)
  const members = ['name', 'parent', 'otherCode'] as const
  return members
    .filter((member) => body[member] !== undefined)
    .map((member) => `${member}: ${written(before?.[member], t)} → ${written(body[member], t)}`)
    .join('; ')
}

/** Settings of a system that are not the usual ones, as a file has them. */
function settingsIn(body: PlannedAct['body']): string {
  const { name, roles, unsigned, hosted, boundOnly } = body
  const flags = Object.entries({ unsigned, hosted, boundOnly }).filter(([, isSet]) => isSet === true)
  return [
    ...(typeof name === 'string' ? [`title "${name}"`] : []),
    ...(Array.isArray(roles) && roles.length > 0 ? [`roles ${roles.join(', ')}`] : []),
    ...flags.map(([flag]) => flag)
  ].join('; ')
}

function kidIn({ kid, key }: Readonly<Record<string, unknown>>): string {
  return String(kid ?? (key as { readonly kid?: unknown } | undefined)?.kid ?? '')
}

/** Whether the file leaves a system a key that it can sign with. */
function hasKeyLeft(resource: string, { province, present }: Compared): boolean {
  const ended = new Set(
    present.systems
      .get(resource)
      ?.keys.filter(hasEnded)
      .map(({ key }) => key.kid)
  )
  const system = province.agencies
    .find(({ code }) => code === agencyOf(resource))
    ?.systems?.find(({ name }) => resource.endsWith(`/systems/${name}`))
  return system?.keys?.some(({ kid }) => !ended.has(kid)) ?? false
}

function written(value: unknown, t: ProvinceTexts): string {
  if (value === undefined || value === '') return t('unset')
  return typeof value === 'string' ? `"${value}"` : String(value)
}
