import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { operatorSystem } from '#bus/control/control-state.ts'
import { department } from '#deploy/demo/full/cast.ts'
import { type FullDemo, openFullDemo } from '#deploy/demo/full/open-full-demo.ts'
import { installedServers } from '#deploy/servers/installed.ts'
import { environment } from '#runtime/environment.ts'
import { keyFiles } from '#runtime/keyring.ts'
import { say } from '#runtime/output.ts'
import { inboxOf, type Places, type PlayedDemo } from './plain-demo.ts'
import type { Province } from './remote/province.ts'

/** The demo with all kinds of connectors; starts their outside systems. */
export async function openFull(
  folder: string,
  places: Omit<Places, 'gateway'>
): Promise<PlayedDemo & Pick<FullDemo, 'province' | 'close'>> {
  const demo = await openFullDemo({ ...places, servers: installedServers(environment) }, say)
  const settingsFile = await writeSettings(folder, demo.connectors)
  return {
    ...demo,
    howToLook(running) {
      const asOperator = `--gateway ${running.gateway} --as ${operatorSystem} --key ${keyFiles(folder).operator}`
      return [
        'To look at it while the demo runs (without --once):',
        `  - what an agency was given: ${inboxOf(`${department.code}.mot-cua`, running)} --json`,
        `  - the connectors: npx --no-install lienthong connectors list ${asOperator}`,
        `  - their deliveries: npx --no-install lienthong deliveries list ${asOperator}`
      ]
    },
    howToGoOn: () => [
      'Ready: the demo runs until you press Ctrl-C. Its outside systems:',
      ...demo.visit.map((one) => `  - ${one}`),
      `The settings of their connectors, as for lienthong.yaml: ${settingsFile}`
    ]
  }
}

/** The province with what the kinds add; what the file says of an agency stands. */
export function withPart({ agencies, agreements = [] }: Province, part: FullDemo['province']): Province {
  const added = part.agencies as Province['agencies']
  const codes = new Set(added.map(({ code }) => code))
  return {
    agencies: [
      ...agencies.filter(({ code }) => !codes.has(code)),
      ...added.map((one) => ({ ...one, ...agencies.find(({ code }) => code === one.code) }))
    ],
    agreements: [...agreements, ...part.agreements]
  }
}

/** The instances as an operator writes them, for those who want to copy them. */
async function writeSettings(folder: string, connectors: readonly object[]): Promise<string> {
  const file = join(folder, 'connectors.yaml')
  await mkdir(folder, { recursive: true })
  await writeFile(file, stringify({ connectors }), { mode: 0o600 }) // It has passwords.
  return file
}
