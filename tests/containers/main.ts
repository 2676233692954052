import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { byCompose } from './by-compose.ts'
import { onKubernetes } from './on-kubernetes.ts'
import { onOneMachine } from './one-machine.ts'
import { buildImage, run } from './podman.ts'
import { underSystemd } from './under-systemd.ts'

/**
 * `npm run containers`, as root: makes the image, and runs it as docs/running.md says, in podman. Words choose parts of
 * it: `npm run containers -- one-machine`.
 */
const parts = {
  'one-machine': onOneMachine,
  systemd: underSystemd,
  compose: byCompose,
  kubernetes: onKubernetes
} as const
const { positionals } = parseArgs({ allowPositionals: true })
const unknown = positionals.find((word) => !(word in parts))
if (unknown !== undefined) throw new TypeError(`${unknown} is not one of ${Object.keys(parts).join(', ')}`)
await run('bash', join(import.meta.dirname, 'engine.sh'))
await buildImage()
for (const [name, part] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  await part((line) => void process.stdout.write(`${line}\n`))
}
