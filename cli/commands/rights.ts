import type { Command } from 'commander'
import { agencyOf } from '#protocol/events/event.ts'
import { type Control, type ControlFlags, openControl, withControl } from '../control.ts'
import { agencyNames, findAgency, findSystem } from '../known-system.ts'
import { itemsOf } from '../pages.ts'

interface Flags extends ControlFlags {
  readonly agency?: string
}

/** A right, as `/v1/rights` shows it. */
interface Right {
  readonly resource: string
  readonly type: string
  readonly recipients: '*' | 'agreements'
}

/** `lienthong rights`: which system may publish what, and to whom. */
export function addRights(program: Command): void {
  withControl(program.command('rights'))
    .argument('[system]', 'only of this system: <code>.<name> or /agencies/<code>/systems/<name>')
    .option('--agency <code>', 'only of systems of this agency')
    .description('List which system may publish which events, and to whom.')
    .action(list)
}

async function list(name: string | undefined, flags: Flags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const { client, output, json, t } = control
  const system = name === undefined ? undefined : await findSystem(name, control)
  if (!system && flags.agency !== undefined) await findAgency(flags.agency, control)
  const agency = system?.agency ?? flags.agency
  const nameOf = await agencyNames(control, agency)
  let count = 0
  for await (const right of itemsOf<Right>(client, '/v1/rights', { agency })) {
    if (system && right.resource !== system.resource) continue
    output.line(lineOf(right, nameOf(agencyOf(right.resource)), control), right)
    count += 1
  }
  if (count === 0 && !json) output.line(t('none'), {})
}

function lineOf({ resource, type, recipients }: Right, agency: string, { texts }: Control): string {
  const name = texts.eventName(type)
  const event = name === undefined ? type : `${name} (${type})`
  const who = texts.t(recipients === '*' ? 'right.all' : 'right.agreements')
  return `${resource} (${agency}): ${event}; ${texts.t('right.recipients')}: ${who}`
}
