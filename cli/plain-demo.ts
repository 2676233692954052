import { join } from 'node:path'
import { runScenario } from '#deploy/demo/scenario.ts'
import type { ScenarioOptions } from '#deploy/demo/scenario-options.ts'
import { asSystem, command, type Hint, type RunningDemo } from './demo-hints.ts'
import { demoTextsIn } from './demo-texts.ts'

/** What `lienthong demo` plays, and what to do then. */
export interface PlayedDemo {
  /** Instances in addition to those of the document systems that the province file marks as hosted. */
  readonly connectors: readonly object[]
  play(options: ScenarioOptions): Promise<void>
  /** Printed when the demo keeps running. */
  hints(running: RunningDemo): readonly Hint[]
}

const [sender, recipient] = ['000.00.91.H03', '000.00.92.H03']

/** A document and a dossier, with nothing but Node. */
export const plainDemo: PlayedDemo = {
  connectors: [],
  play: runScenario,
  hints(running) {
    const { narrator, packagesFolder } = running
    const t = demoTextsIn(narrator.language)
    const [from, to] = [narrator.agency(sender), narrator.agency(recipient)]
    const system = `${sender}.qlvb`
    const sample = command('sample', 'document.issued.v1', '--as', system, '--to', recipient, '--json')
    const send = command('send', '-', ...asSystem(system, running))
    return [
      { says: t('send', { from, to }), lines: [`${sample} | ${send}`] },
      {
        says: t('read', { agency: to }),
        lines: [command('inbox', ...asSystem(`${recipient}.qlvb`, running))]
      },
      { says: t('drop', { agency: from }), lines: [join(packagesFolder, sender, 'in')] }
    ]
  }
}
