import { join } from 'node:path'
import { runScenario } from '#deploy/demo/scenario.ts'
import type { ScenarioOptions } from '#deploy/demo/scenario-options.ts'

export type Places = Omit<ScenarioOptions, 'say'>

/** What `lienthong demo` plays, and what it says then. */
export interface PlayedDemo {
  /** Instances in addition to those of the document systems that the province file marks as hosted. */
  readonly connectors: readonly object[]
  play(options: ScenarioOptions): Promise<void>
  /** Printed after the last step. */
  howToLook(places: Places): readonly string[]
  /** Printed when the demo keeps running. */
  howToGoOn(places: Places): readonly string[]
}

/** A document and a dossier, with nothing but Node. */
export const plainDemo: PlayedDemo = {
  connectors: [],
  play: runScenario,
  howToLook: () => [],
  howToGoOn: (places) => [
    'Ready: the bus runs until you press Ctrl-C. To send something yourself:',
    `  - copy an edXML package into ${join(places.packagesFolder, '000.00.91.H03', 'in')}`,
    `  - ${inboxOf('000.00.92.H03.qlvb', places)} --follow`,
    '  - or follow docs/other-languages.md, in Python, curl and openssl'
  ]
}

/** The command that reads the inbox of a system. */
export function inboxOf(system: string, { gateway, keysFolder }: Places): string {
  return `npx --no-install lienthong inbox --gateway ${gateway} --as ${system} --key ${join(keysFolder, `${system}.jwk`)}`
}
