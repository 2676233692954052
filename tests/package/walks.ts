import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../helpers/demo-bus.ts'
import { commandsIn, runCommands } from '../helpers/guides.ts'
import type { Folder } from './folder.ts'

interface Walk {
  readonly who: string
  readonly guide: string
  /** What the last command prints once the event has arrived. */
  readonly arrived: RegExp
}

/** From an empty folder with the packed release to a first event, by the commands of a guide alone. */
export const walks: readonly Walk[] = [
  { who: 'operator', guide: 'operators', arrived: /document\.issued\.v1 .* from \/agencies\/000\.00\.91\.H03/ },
  { who: 'developer of an agency', guide: 'agencies', arrived: /^accepted /m },
  { who: 'integrator', guide: 'integrators', arrived: /^\d+-[0-9a-f]+\.edxml$/m }
]
const limitSeconds = 180

/** Walks there with what npm installs; throws if the event does not arrive in time. */
export async function walkTo({ who, guide, arrived }: Walk, folder: Folder, archive: string): Promise<string> {
  cpSync(join(repository, 'var', archive), join(folder.path, archive))
  const begin = performance.now()
  const printed = await runCommands(commandsIn(`docs/en/${guide}.md`, 'First event'), folder.path)
  const seconds = Math.round((performance.now() - begin) / 1000)
  if (!arrived.test(printed)) throw new TypeError(`${who}: no event:\n${printed}`)
  if (seconds > limitSeconds) throw new TypeError(`${who}: ${seconds} s; allowed are ${limitSeconds} s`)
  return `${who}, from an empty folder to a first event: ${seconds} s`
}
