import { collectCleanups } from '../../servers/cleanup.ts'
import { notInstalled } from '../../servers/installed.ts'
import type { ScenarioOptions } from '../scenario-options.ts'
import type { ProvincePart } from './cast.ts'
import { type DemoKindOptions, moments, type OpenDemoKind } from './demo-kind.ts'
import { openFlow } from './flow.ts'
import { kinds } from './kinds.ts'

/** The demo province with all kinds of connectors whose servers are installed. */
export interface FullDemo {
  readonly province: Required<ProvincePart>
  readonly connectors: readonly object[]
  /** Plays one case from the citizen's dossier to its result. Rejects with `MissingStep`. */
  play(options: ScenarioOptions): Promise<void>
  /** Where to look at the outside systems. */
  readonly visit: readonly string[]
  close(): Promise<void>
}

export async function openFullDemo(options: DemoKindOptions, say: ScenarioOptions['say']): Promise<FullDemo> {
  const cleanups = collectCleanups()
  const opening = kinds.flatMap(({ title, needs, open }) => {
    if (needs === undefined || options.servers.has(needs)) return [open(options)]
    say(`NOT PLAYED: ${title}. ${notInstalled(needs)}`)
    return []
  })
  for (const one of opening) cleanups.after(async () => (await one.catch(() => undefined))?.close())
  try {
    const opened = await Promise.all(opening)
    return {
      province: {
        agencies: opened.flatMap(({ province }) => province.agencies),
        agreements: opened.flatMap(({ province }) => province.agreements ?? [])
      },
      connectors: opened.flatMap(({ connectors }) => connectors),
      play: (scenario) => play(opened, scenario),
      visit: opened.flatMap(({ visit }) => visit),
      close: () => cleanups.end()
    }
  } catch (error) {
    await cleanups.end()
    throw error
  }
}

async function play(opened: readonly OpenDemoKind[], scenario: ScenarioOptions): Promise<void> {
  const flow = openFlow(scenario)
  scenario.say(`One case: dossier ${flow.root}, and ${flow.linked} linked under it`)
  for (const moment of moments) {
    const ended = await Promise.allSettled(opened.map(({ steps }) => steps[moment]?.(flow)))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }
}
