import type { Command } from 'commander'
import { operatorSystem } from '#bus/control/control-state.ts'
import { createOutput } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { applyPlan, planProvince } from '../remote/apply-province.ts'
import { loadProvince } from '../remote/province.ts'

interface ApplyFlags {
  readonly gateway: string
  readonly as: string
  readonly key: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addApply(program: Command): void {
  program
    .command('apply')
    .argument('<file>', 'province file')
    .description(
      'Change agencies, systems, rights and agreements to what a province file says. Prints the planned acts first.'
    )
    .option('--gateway <url>', "the gateway's public URL", 'http://127.0.0.1:8080')
    .option('--as <system>', 'the system that signs the acts', operatorSystem)
    .requiredOption('--key <file>', 'its private JWK')
    .option('--dry-run', 'print the planned acts and change nothing')
    .option('--json', 'one JSON value a line')
    .action(async (file: string, flags: ApplyFlags) => {
      const output = createOutput({ json: flags.json ?? false })
      const province = await loadProvince(file)
      const client = await connect(flags)
      const plan = await planProvince(client, province)
      for (const { body } of plan) output.line(`planned: ${body.act} ${body.resource}`, { planned: body })
      if (plan.length === 0)
        output.line('Nothing to change: agencies, systems, rights and agreements already match the file.', {
          planned: null
        })
      if (flags.dryRun) return
      await applyPlan(client, plan, ({ body }) =>
        output.line(`done: ${body.act} ${body.resource}`, { done: body })
      )
    })
}
