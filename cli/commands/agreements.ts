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
import { type Agreement, termsOf } from '../known-agreement.ts'
import { agencyNames, findAgency } from '../known-system.ts'
import { itemsOf } from '../pages.ts'

interface ListFlags extends ControlFlags {
  readonly agency?: string
}

const path = '/v1/agreements'

const acts = {
  sign: 'Put a drafted agreement in force: the provider may send under it.',
  suspend: 'Stop what is sent under an agreement until it is resumed.',
  resume: 'Put a suspended agreement in force again.',
  end: 'End an agreement for good. Asks first, as it cannot be undone.'
} as const
type Act = keyof typeof acts
const kinds = {
  sign: 'agreement.signed',
  suspend: 'agreement.suspended',
  resume: 'agreement.resumed',
  end: 'agreement.ended'
} as const satisfies Record<Act, string>

/** `lienthong agreements`: who may send what to whom, and what puts it in force or ends it. */
export function addAgreements(program: Command): void {
  const agreements = program
    .command('agreements')
    .description('Agreements between agencies: list, sign, suspend, resume, end.')
  withControl(agreements.command('list', { isDefault: true }))
    .argument('[id]', 'only this agreement')
    .option('--agency <code>', 'only those of this agency')
    .description('List agreements: state and terms. This is the default.')
    .action(list)
  for (const [act, description] of Object.entries(acts)) addAct(agreements, act as Act, description)
}

function addAct(agreements: Command, act: Act, description: string): void {
  const command = withControl(agreements.command(act))
    .argument('<id>', 'the agreement: its id or /agreements/<id>')
    .description(description)
  if (act !== 'sign') command.option('--reason <text>', 'why; it is recorded')
  if (act === 'end') withYes(command)
  command.action(async (id: string, flags: ChangeFlags, self: Command) => {
    const control = await openControl(flags, self)
    const known = await findAgreement(id, control)
    const { resource } = known
    const terms = termsOf(known, await agencyNames(control), control)
    const says = control.t(kinds[act], { resource, terms })
    const look = `lienthong agreements ${resource.slice('/agreements/'.length)}`
    const change = { act: kinds[act], list: path, path: path + resource, known, says, look }
    await makeChange({ ...change, isFinal: act === 'end' }, control, flags)
  })
}

async function findAgreement(id: string, { client, t, refuse }: Control): Promise<Agreement> {
  const name = id.replace(/^\/agreements\//, '')
  const isId = /^[a-z0-9-]{1,64}$/.test(name)
  const agreement = isId ? await readResource<Agreement>(client, `${path}/agreements/${name}`) : undefined
  return agreement ?? refuse(t('unknown.agreement', { name: id }))
}

async function list(id: string | undefined, flags: ListFlags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const { client, output, json, texts, t } = control
  const { agency } = flags
  if (agency !== undefined) await findAgency(agency, control)
  const nameOf = await agencyNames(control)
  const items =
    id === undefined ? itemsOf<Agreement>(client, path, { agency }) : [await findAgreement(id, control)]
  let count = 0
  for await (const agreement of items) {
    const { resource, status } = agreement
    const terms = termsOf(agreement, nameOf, control)
    output.line(
      `${resource.slice('/agreements/'.length)}: ${texts.label('status', status)}; ${terms}`,
      agreement
    )
    count += 1
  }
  if (count === 0 && !json) output.line(t('none'), {})
}
