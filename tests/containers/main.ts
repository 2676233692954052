import { join } from 'node:path'
import { byCompose } from './by-compose.ts'
import { onKubernetes } from './on-kubernetes.ts'
import { onOneMachine } from './one-machine.ts'
import { buildImage, run } from './podman.ts'
import { underSystemd } from './under-systemd.ts'

/**
 * `npm run containers`, as root: makes the image, and runs it as docs/running.md says, in podman: on one machine, by
 * the compose file, and by the manifests of Kubernetes.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`)
await run('bash', join(import.meta.dirname, 'engine.sh'))
await buildImage()
await onOneMachine(say)
await underSystemd(say)
await byCompose(say)
await onKubernetes(say)
