import { join } from 'node:path'
import type { Command } from 'commander'
import { operatorSystem } from '#bus/control/control-state.ts'
import { MissingStep } from '#deploy/demo/party.ts'
import type { ScenarioOptions } from '#deploy/demo/scenario-options.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Config } from '#runtime/config.ts'
import { keyFiles, keyIn } from '#runtime/keyring.ts'
import { say } from '#runtime/output.ts'
import { type BusFlags, configFrom, runBus } from '#runtime/run-bus.ts'
import { untilStopped } from '#runtime/until-stopped.ts'
import { connect } from '../connect.ts'
import { asOperator, command, sayHint, sayReady } from '../demo-hints.ts'
import { createNarrator } from '../demo-narrator.ts'
import { demoTextsIn } from '../demo-texts.ts'
import { openFull, withPart } from '../full-demo.ts'
import { withLanguage } from '../language.ts'
import { loadProvince } from '../load-province.ts'
import { loginLink } from '../login-link.ts'
import { type PlayedDemo, plainDemo } from '../plain-demo.ts'
import { applyPlan, planProvince } from '../remote/apply-province.ts'
import type { Province } from '../remote/province.ts'

const root = join(import.meta.dirname, '..', '..')
const demoProvince = join(root, 'deploy', 'demo', 'province.yaml')

type DemoFlags = BusFlags & {
  readonly lang: Language
  readonly once?: boolean
  readonly full?: boolean
  readonly province: string
  readonly data: string
}

export function addDemo(program: Command): void {
  withLanguage(program.command('demo'))
    .description('Run the bus with a demo province, and send a document and a dossier through it.')
    .option(
      '--full',
      'with all kinds of connectors whose servers are installed, and one case that goes through all of them'
    )
    .option('--once', 'exit after the scenario: code 0 if every step succeeded, 1 with the step that failed')
    .option('--config <file>', 'configuration file; by default everything is on this machine')
    .option('--data <folder>', 'data folder', 'var/demo')
    .option('--port <number>', "the gateway's port; 0 picks a free one", '8080')
    .option('--management-port <number>', 'port of health and metrics; 0 picks a free one', '9090')
    .option('--province <file>', 'another province file', demoProvince)
    .option('--log-level <level>', 'silent, error, warn, info or debug', 'warn')
    .action(runDemo)
}

async function runDemo(flags: DemoFlags): Promise<void> {
  const { lang } = flags
  const t = demoTextsIn(lang)
  const cleanups = collectCleanups()
  const progress = { isReady: false, isStopping: false, reload: async () => {} }
  const stop = async (): Promise<void> => {
    progress.isStopping = true
    await cleanups.end()
    if (!progress.isReady) process.exit(1)
  }
  const stopped = untilStopped(stop, () => progress.reload())
  try {
    const { folder } = (await configFrom(flags)).data
    const places = { keysFolder: join(folder, 'keys'), packagesFolder: join(folder, 'packages') }
    const file = await loadProvince(flags.province)
    const names = new Map<string, string>()
    const narrator = createNarrator(lang, (code) => names.get(code))
    const full = flags.full ? await openFull(folder, places, narrator) : undefined
    if (full) cleanups.after(full.close)
    const demo = full ?? plainDemo
    const province = await withKeys(full ? withPart(file, full.province) : file, folder)
    for (const { code, name } of province.agencies) names.set(code, name)
    let isRegistered = false
    const { bus } = await runBus(flags, (config) =>
      isRegistered ? withConnectors(config, province, demo.connectors) : config
    )
    cleanups.after(bus.close)
    progress.reload = bus.reloadConnectors
    const { publicUrl: gateway, managementUrl: management } = bus
    say(['bold', t('runs', { gateway, management })])
    const scenario = { ...places, gateway, narrator }
    try {
      await register(gateway, folder, province)
      isRegistered = true
      await bus.reloadConnectors() // Before, every instance would be paused: its system is not known.
      await demo.play(scenario)
    } catch (error) {
      if (progress.isStopping) return await stopped
      say()
      say(['red', t('failed', { reason: reasonOf(error, lang) })])
      process.exitCode = 1
      return
    }
    say()
    say(['green', t('succeeded')])
    if (flags.once) return
    progress.isReady = true
    await sayHowToGoOn(demo, { ...scenario, folder })
    await stopped
  } finally {
    await cleanups.end()
  }
}

async function sayHowToGoOn(
  demo: PlayedDemo,
  { folder, ...scenario }: ScenarioOptions & { readonly folder: string }
): Promise<void> {
  const { gateway, narrator } = scenario
  const t = demoTextsIn(narrator.language)
  const running = { ...scenario, operatorKey: keyFiles(folder).operator }
  sayReady(narrator)
  for (const hint of demo.hints(running)) sayHint(hint)
  sayHint({ says: t('stuck'), lines: [command('stuck', ...asOperator(running))] })
  sayHint({ says: t('guides'), lines: [join(root, 'docs', narrator.language, 'README.md')] })
  sayHint({ says: t('link'), lines: [command('console', '--data', folder, '--gateway', gateway)] })
  sayHint({ says: t('console'), lines: [await loginLink(gateway, { folder })] })
}

function reasonOf(error: unknown, lang: Language): string {
  if (error instanceof MissingStep) return error.text[lang]
  if (error instanceof BusError) return `${error.code}: ${error.text(lang)}`
  return error instanceof Error ? error.message : String(error)
}

async function register(gateway: string, folder: string, province: Province): Promise<void> {
  const operator = await connect({ gateway, as: operatorSystem, key: keyFiles(folder).operator })
  await applyPlan(operator, await planProvince(operator, province), () => {})
}

/** Gives every system of the province a key of its own, in the data folder. */
async function withKeys(province: Province, folder: string): Promise<Province> {
  const agencies = await Promise.all(
    province.agencies.map(async (agency) => ({
      ...agency,
      systems: await Promise.all(
        (agency.systems ?? []).map(async (system) => {
          const { publicJwk } = await keyIn(
            join(folder, 'keys', `${agency.code}.${system.name}.jwk`),
            'demo-1'
          )
          return { ...system, keys: [publicJwk as unknown as { kid: string }] }
        })
      )
    }))
  )
  return { ...province, agencies }
}

/** A connector instance for each document system that the province file marks as hosted, and further ones. */
function withConnectors(config: Config, province: Province, further: readonly object[]): Config {
  const { folder } = config.data
  const hosted = province.agencies.flatMap(({ code, systems = [] }) =>
    systems
      .filter(({ hosted }) => hosted)
      .map(({ name }) => ({
        name: `document-${code.replaceAll('.', '-').toLowerCase()}`,
        kind: 'document',
        system: `/agencies/${code}/systems/${name}`,
        keyFile: join(folder, 'keys', `${code}.${name}.jwk`),
        settings: { folder: join(folder, 'packages', code) }
      }))
  )
  return { ...config, connectors: [...hosted, ...further] }
}
