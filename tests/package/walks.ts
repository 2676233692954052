import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../helpers/demo-bus.ts'
import { commandsIn, runCommands, secondsOf } from '../helpers/guides.ts'
import type { Folder } from './folder.ts'

interface Walk {
  readonly who: string
  readonly guide: string
  /** What the last command prints once the event has arrived. */
  readonly arrived: RegExp
}

/** From an empty folder with the packed release to a first event, by the commands of a guide alone. */
export const walks: readonly Walk[] = [
  {
    who: 'operator',
    guide: 'operators',
    arrived: /document\.issued\.v1 .* from \/agencies\/000\.00\.91\.H03/
  },
  { who: 'developer of an agency', guide: 'agencies', arrived: /^accepted /m },
  { who: 'integrator', guide: 'integrators', arrived: /^\d+-[0-9a-f]+\.edxml$/m }
]
/** Without npm install, which waits for the network. */
const limitSeconds = 180

/** Walks there with what npm installs; throws if the event does not arrive in time. */
export async function walkTo(
  { who, guide, arrived }: Walk,
  folder: Folder,
  archive: string
): Promise<string> {
  cpSync(join(repository, 'var', archive), join(folder.path, archive))
  const printed = await runCommands(commandsIn(`docs/en/${guide}.md`, 'First event'), folder.path)
  if (!arrived.test(printed)) throw new TypeError(`${who}: no event:\n${printed}`)
  const times = [...printed.matchAll(new RegExp(`^${secondsOf}(\\d+)$`, 'gm'))].map(([, text]) =>
    Number(text)
  )
  const [installed = 0, all = Number.NaN] = [times[0], times.at(-1)]
  if (!(all - installed <= limitSeconds)) {
    throw new TypeError(`${who}: ${all - installed} s after npm install; allowed are ${limitSeconds} s`)
  }
  return `${who}, from an empty folder to a first event: ${all} s of commands, ${installed} s of them npm install`
}
