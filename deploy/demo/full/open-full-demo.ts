import { collectCleanups } from '../../servers/cleanup.ts'
import type { Language, Narrator, Spoken } from '../narrator.ts'
import type { ScenarioOptions } from '../scenario-options.ts'
import type { AgencyEntry, ProvincePart } from './cast.ts'
import { type DemoKindOptions, moments, type OpenDemoKind } from './demo-kind.ts'
import { openFlow } from './flow.ts'
import { kinds } from './kinds.ts'

/** The demo province with all kinds of connectors whose servers are installed. */
export interface FullDemo {
  readonly province: Required<ProvincePart>
  readonly connectors: readonly object[]
  /** Plays a new official's account, and one case from the citizen's dossier to its result. Rejects with `MissingStep`. */
  play(options: ScenarioOptions): Promise<void>
  /** Where to look at the outside systems. */
  readonly visit: readonly Spoken[]
  close(): Promise<void>
}

export async function openFullDemo(options: DemoKindOptions, narrator: Narrator): Promise<FullDemo> {
  const cleanups = collectCleanups()
  const opening = kinds.flatMap(({ title, needs = [], open }) => {
    const missingIn = (language: Language) =>
      needs.flatMap((server) => options.servers.missing(server, language) ?? [])
    if (missingIn('en').length === 0) return [open(options)]
    const because = (language: Language) => `${title[language]}. ${missingIn(language).join('. ')}`
    narrator.leftOut({ vi: because('vi'), en: because('en') })
    return []
  })
  for (const one of opening) cleanups.after(async () => (await one.catch(() => undefined))?.close())
  try {
    const opened = await Promise.all(opening)
    return {
      province: joined(opened.map(({ province }) => province)),
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

/** Kinds may name the same agency, each with systems of its own, and the same agreement. */
function joined(parts: readonly ProvincePart[]): Required<ProvincePart> {
  const agencies = new Map<string, AgencyEntry>()
  for (const one of parts.flatMap(({ agencies }) => agencies)) {
    const systems = [...(agencies.get(one.code)?.systems ?? []), ...one.systems]
    const byName = new Map(systems.map((system) => [system.name, system]))
    agencies.set(one.code, { ...one, systems: [...byName.values()] })
  }
  const agreements = parts.flatMap(({ agreements = [] }) => agreements)
  const byId = new Map(agreements.map((agreement) => [agreement.id, agreement]))
  return { agencies: [...agencies.values()], agreements: [...byId.values()] }
}

async function play(opened: readonly OpenDemoKind[], scenario: ScenarioOptions): Promise<void> {
  const flow = openFlow(scenario)
  const { root, linked, official } = flow
  const { narrator } = scenario
  const { fullName, staffNumber } = official
  narrator.part({
    vi: `Cán bộ mới: ${fullName}, số hiệu ${staffNumber}`,
    en: `A new official: ${fullName}, staff number ${staffNumber}`
  })
  for (const moment of moments) {
    if (moment === 'received') {
      narrator.part({
        vi: `Một vụ việc: hồ sơ ${root}, và hồ sơ ${linked} liên kết với hồ sơ đó`,
        en: `One case: dossier ${root}, and ${linked} linked under it`
      })
    }
    const ended = await Promise.allSettled(opened.map(({ steps }) => steps[moment]?.(flow)))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }
}
