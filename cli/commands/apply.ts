import type { Command } from 'commander'
import { operatorSystem } from '#bus/control/control-state.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { readKey } from '#runtime/keyring.ts'
import { warn } from '#runtime/output.ts'
import {
  type Control,
  type ControlFlags,
  confirmFinal,
  openControl,
  withControl,
  withYes
} from '../control.ts'
import { createDescriber, type ProvinceDescriber } from '../describe-province.ts'
import { faultText } from '../province-fault-texts.ts'
import { type ProvinceTexts, provinceTextsIn } from '../province-texts.ts'
import { applyPlan, namingPrevious } from '../remote/apply-province.ts'
import { compareProvince, type Differences } from '../remote/compare-province.ts'
import { readEventTypes, readPresent } from '../remote/control-present.ts'
import type { PlannedAct } from '../remote/planned-act.ts'
import type { Province } from '../remote/province.ts'
import { type LocatedFault, located, type ProvinceFile, readProvince } from '../remote/province-file.ts'
import { faultsOfPruning } from '../remote/pruning-faults.ts'
import { faultsBesideState } from '../remote/state-faults.ts'

interface ApplyFlags extends ControlFlags {
  readonly dryRun?: boolean
  readonly prune?: boolean
  readonly yes?: boolean
  readonly reason?: string
}

/** The exit code if the bus differs from the file after the command. */
const differs = 2

/** Kinds of acts that cannot be undone, or take something away. */
const taking = /\.(?:closed|ended|retired|revoked|withdrawn)$/

/** Those of them that record a reason. */
const reasoned = /^(?:agreement\.ended|system\.revoked)$/

export function addApply(program: Command): void {
  withYes(withControl(program.command('apply'), operatorSystem))
    .argument('<file>', 'province file')
    .description(
      'Change agencies, systems, keys, rights and agreements to what a province file says. Prints the planned acts first. Exit code 0: the bus is as the file says; 2: it differs; 1: it failed.'
    )
    .option('--dry-run', 'print what differs and change nothing')
    .option('--prune', 'also take away what the file does not have; asks first')
    .option('--reason <text>', 'why systems are revoked and agreements end; it is recorded')
    .action(apply)
}

async function apply(path: string, flags: ApplyFlags, self: Command): Promise<void> {
  const control = await openControl(flags, self)
  const t = provinceTextsIn(flags.lang)
  const file = await readProvince(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error
    return control.refuse(control.t('file.missing', { file: path, code: error.code }))
  })
  const { client } = control
  const [present, types] = await Promise.all([readPresent(client), readEventTypes(client)]).catch(
    (error: unknown) => {
      showFaults(file, file.faults, control)
      throw error
    }
  )
  const faults = [...file.faults, ...located(faultsBesideState(file.value, { present, types }), file.lineOf)]
  refuseFaults(file, faults, control)

  const province = file.value as Province
  const differences = compareProvince(province, present)
  const { acts, removals, fixed } = differences
  if (flags.prune) {
    const { kid } = (await readKey(flags.key)).privateJwk
    const found = faultsOfPruning(province, present, { removals, system: control.client.system, kid })
    refuseFaults(file, located(found, file.lineOf), control)
  }
  const all = flags.prune ? [...acts, ...removals.flatMap((removal) => removal.acts)] : acts
  const plan = namingPrevious(all, present).map((act) => withReason(act, flags))
  const describer = createDescriber({ province, present }, control)
  show({ plan, differences, file }, describer, control, flags)
  const left = flags.prune ? 0 : removals.length
  const isDone = plan.length + left + fixed.length === 0
  const counts = { acts: plan.length, left, fixed: fixed.length }
  if (isDone) return control.output.line(t('same'), { planned: null })
  if (!flags.dryRun) await carryOut(plan, control, flags)
  const isSame = left + fixed.length === 0 && !flags.dryRun
  const summary = flags.dryRun ? 'differs.before' : isSame ? 'applied' : 'differs.after'
  control.output.line(t(summary, counts), { summary: { ...counts, differs: !isSame } })
  if (!isSame) process.exitCode = differs
}

function withReason(act: PlannedAct, { reason }: ApplyFlags): PlannedAct {
  const takes = reason !== undefined && reasoned.test(act.body.act)
  return takes ? { ...act, body: { ...act.body, reason } } : act
}

interface Shown {
  readonly plan: readonly PlannedAct[]
  readonly differences: Differences
  readonly file: ProvinceFile
}

/** Prints every difference. */
function show(
  { plan, differences: { removals, fixed }, file }: Shown,
  describer: ProvinceDescriber,
  { output }: Control,
  { prune = false }: ApplyFlags
): void {
  for (const act of plan) {
    const says = describer.act(act)
    output.line(says, { planned: act.body, says })
  }
  for (const removal of prune ? [] : removals) {
    const says = describer.left(removal)
    output.line(says, { left: removal.acts.map(({ body }) => body), says })
  }
  for (const { path, ...difference } of fixed) {
    const [line, says] = [file.lineOf(path), describer.fixed({ path, ...difference })]
    output.line(`${file.file}:${line}: ${says}`, { fixed: { file: file.file, line, ...difference }, says })
  }
}

async function carryOut(plan: readonly PlannedAct[], control: Control, flags: ApplyFlags): Promise<void> {
  const { output, refuse, texts, t: common } = control
  const t: ProvinceTexts = provinceTextsIn(flags.lang)
  const count = plan.filter(({ body }) => taking.test(body.act)).length
  if (count > 0 && !flags.yes) await confirmFinal(t('finals', { count }), control)
  let done = 0
  try {
    await applyPlan(control.client, plan, ({ body: { act, resource } }, { number, hash }) => {
      done += 1
      const text = common('done', { act: texts.label('act', act), resource, number, hash })
      output.line(text, { done: { act, resource, number, hash } })
    })
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    refuse(`${error.message} ${t('stopped', { done, all: plan.length })}`)
  }
}

/** Prints faults, and ends the command if there are any. */
function refuseFaults(file: ProvinceFile, faults: readonly LocatedFault[], control: Control): void {
  if (faults.length === 0) return
  showFaults(file, faults, control)
  const t = provinceTextsIn(control.texts.language)
  control.refuse(t('faults', { file: file.file, count: faults.length }))
}

function showFaults({ file }: ProvinceFile, faults: readonly LocatedFault[], control: Control): void {
  const { json, output, texts } = control
  for (const fault of faults.toSorted((a, b) => a.line - b.line)) {
    const { line } = fault
    const says = faultText(fault, texts.language)
    if (json) output.line('', { fault: { file, line, fault: fault.fault }, says })
    else warn(`${file}:${line}: ${says}`)
  }
}
