import { appendFileSync } from 'node:fs'
import type { ServerName } from './installed.ts'

/** The official images, as deploy/compose names them. */
export const images = {
  kafka: 'docker.io/apache/kafka:4.3.1',
  postgresql: 'docker.io/library/postgres:15-bookworm',
  versitygw: 'docker.io/versity/versitygw:v1.8.0'
} as const satisfies Partial<Record<ServerName, string>>
export type ImageName = keyof typeof images

export interface PlaceOptions {
  /** The test needs its files or its processes: it runs as a process of this machine even where containers run. */
  readonly asProcess?: boolean
}

/** Names the file in which a run lists its servers. */
export const usedServersVariable = 'LIENTHONG_USED_SERVERS'

/** Whether tests start this server as a container: where `DOCKER_HOST` names an engine. */
export function runsInContainer(
  name: ServerName,
  { asProcess = false }: PlaceOptions = {}
): name is ImageName {
  return name in images && !asProcess && Boolean(process.env.DOCKER_HOST)
}

/** Lists a server that is started, for a run that asks for it: `kafka container <id>`, `kafka process`. */
export function noteServer(name: ImageName, container?: string): void {
  const file = process.env[usedServersVariable]
  if (file) appendFileSync(file, `${name} ${container ? `container ${container}` : 'process'}\n`)
}
