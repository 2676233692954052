import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { department } from '#deploy/demo/full/cast.ts'
import { type FullDemo, openFullDemo } from '#deploy/demo/full/open-full-demo.ts'
import type { Narrator } from '#deploy/demo/narrator.ts'
import type { ScenarioOptions } from '#deploy/demo/scenario-options.ts'
import { installedServers } from '#deploy/servers/installed.ts'
import { environment } from '#runtime/environment.ts'
import { asOperator, asSystem, command } from './demo-hints.ts'
import { demoTextsIn } from './demo-texts.ts'
import type { PlayedDemo } from './plain-demo.ts'
import type { Province } from './remote/province.ts'

/** The demo with all kinds of connectors; starts their outside systems. */
export async function openFull(
  folder: string,
  places: Omit<ScenarioOptions, 'gateway' | 'narrator'>,
  narrator: Narrator
): Promise<PlayedDemo & Pick<FullDemo, 'province' | 'close'>> {
  const demo = await openFullDemo({ ...places, servers: installedServers(environment) }, narrator)
  const settingsFile = await writeSettings(folder, demo.connectors)
  const { language } = narrator
  const t = demoTextsIn(language)
  return {
    ...demo,
    hints: (running) => [
      { says: t('outsides'), lines: demo.visit.map((one) => one[language]) },
      { says: t('settings'), lines: [settingsFile] },
      {
        says: t('read', { agency: narrator.agency(department.code) }),
        lines: [command('inbox', ...asSystem(`${department.code}.mot-cua`, running))]
      },
      { says: t('connectors'), lines: [command('connectors', 'list', ...asOperator(running))] },
      { says: t('deliveries'), lines: [command('deliveries', 'list', ...asOperator(running))] }
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
