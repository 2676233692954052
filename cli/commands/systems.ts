import type { Command } from 'commander'
import {
  type ChangeFlags,
  type Control,
  type ControlFlags,
  makeChange,
  openControl,
  readResource,
  withControl,
  withYes
} from '../control.ts'
import {
  agencyNames,
  agencyOfSystem,
  findAgency,
  findSystem,
  keyState,
  keyText,
  type System
} from '../known-system.ts'
import { itemsOf } from '../pages.ts'

interface ListFlags extends ControlFlags {
  readonly agency?: string
}

/** An agency's activity, as `/v1/activity` shows it. */
interface Activity {
  readonly systems: readonly Heard[]
}

interface Heard {
  readonly system: string
  readonly lastRead?: string
  readonly lastPublished?: string
}

const path = '/v1/systems'

const acts = {
  suspend: 'Refuse every request of a system until it is resumed.',
  resume: 'Accept requests of a suspended system again.',
  revoke: 'Refuse every request of a system for good. Asks first, as it cannot be undone.'
} as const
type Act = keyof typeof acts
const kinds = {
  suspend: 'system.suspended',
  resume: 'system.resumed',
  revoke: 'system.revoked'
} as const satisfies Record<Act, string>

/** `lienthong systems`: the systems of agencies, and what stops one at night. */
export function addSystems(program: Command): void {
  const systems = program
    .command('systems')
    .description('Systems of agencies: list, suspend, resume, revoke.')
  withControl(systems.command('list', { isDefault: true }))
    .argument('[system]', 'only this system')
    .option('--agency <code>', 'only of this agency')
    .description('List systems: state, keys in use, when they last read and published. This is the default.')
    .action(list)
  for (const [act, description] of Object.entries(acts)) addAct(systems, act as Act, description)
}

function addAct(systems: Command, act: Act, description: string): void {
  const command = withControl(systems.command(act))
    .argument('<system>', 'the system: <code>.<name> or /agencies/<code>/systems/<name>')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .description(description)
  if (act === 'revoke') withYes(command)
  command.action(async (name: string, flags: ChangeFlags, self: Command) => {
    const control = await openControl(flags, self)
    const known = await findSystem(name, control)
    const { resource } = known
    const says = control.t(kinds[act], { resource, agency: await agencyOfSystem(known, control) })
    const look = `lienthong systems ${resource}`
    const change = { act: kinds[act], list: path, path: path + resource, known, says, look }
    await makeChange({ ...change, isFinal: act === 'revoke' }, control, flags)
  })
}

async function list(name: string | undefined, flags: ListFlags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const { client, output } = control
  const only = name === undefined ? undefined : await findSystem(name, control)
  const agency = only?.agency ?? flags.agency
  if (!only && agency !== undefined) await findAgency(agency, control)
  const nameOf = await agencyNames(control, agency)
  const heard = await readActivity(control, agency)
  const items = only ? [only] : itemsOf<System>(client, path, { agency })
  let count = 0
  for await (const system of items) {
    const known = heard.get(system.resource)
    const text = [stateOf(system, nameOf(system.agency), control), ...(known ? timesOf(known, control) : [])]
    output.line(text.join('; '), { ...system, ...known })
    count += 1
  }
  if (count === 0 && !control.json) output.line(control.t('none'), {})
}

/** When systems last read and published, by name, as far as the caller may know. */
async function readActivity(
  { client }: Control,
  agency: string | undefined
): Promise<ReadonlyMap<string, Heard>> {
  const heard = new Map<string, Heard>()
  const note = ({ systems }: Activity): void => {
    for (const one of systems) heard.set(one.system, one)
  }
  if (agency === undefined) for await (const one of itemsOf<Activity>(client, '/v1/activity', {})) note(one)
  else {
    const of = `/v1/agencies/${encodeURIComponent(agency)}/activity`
    note((await readResource<Activity>(client, of)) ?? { systems: [] })
  }
  return heard
}

function stateOf(system: System, agency: string, control: Control): string {
  const { t, label } = control.texts
  const { resource, name, status, keys } = system
  const used = keys
    .filter((key) => keyState(key, Date.now()) !== 'ended')
    .map((key) => `${key.key.kid} (${keyText(key, control)})`)
  return [
    `${resource} (${name === undefined ? '' : `${name}, `}${agency}): ${label('status', status)}`,
    `${t('system.keys')}: ${used.length === 0 ? '–' : used.join(', ')}`
  ].join('; ')
}

function timesOf({ lastRead, lastPublished }: Heard, { texts: { t, time } }: Control): readonly string[] {
  const last = (at: string | undefined): string => (at === undefined ? t('never') : time(at))
  return [`${t('agency.read')}: ${last(lastRead)}`, `${t('agency.published')}: ${last(lastPublished)}`]
}
