import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '#deploy/servers/free-port.ts'
import { image, podman, repository, run, untilServing } from './podman.ts'
import { startTraffic } from './traffic.ts'

const project = 'lienthong-test'

/** The compose file as it is. Its gateway, then its consumers, are killed while an agency sends. */
export async function byCompose(say: (line: string) => void): Promise<void> {
  const port = await freePort()
  const gateway = `http://127.0.0.1:${port}`
  const file = join(repository, 'deploy', 'compose', 'compose.yaml')
  const settings = {
    LIENTHONG_IMAGE: image,
    LIENTHONG_PORT: port,
    LIENTHONG_PUBLIC_URL: gateway,
    POSTGRES_PASSWORD: 'of the test',
    S3_SECRET: 'of the test'
  }
  const environment = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  const compose = (...words: readonly string[]): Promise<string> =>
    run('env', ...environment, 'podman-compose', '--file', file, '--project-name', project, ...words)
  try {
    await compose('up', '--detach')
    await untilServing(gateway)
    const nameOf = (service: string): string => `${project}_${service}_1`
    const operator = await podman('exec', nameOf('gateway'), 'cat', '/etc/lienthong/keys/operator.jwk')
    const traffic = await startTraffic(gateway, operator)
    const accepted = await traffic.during(async () => {
      for (const service of ['gateway', 'consumers']) {
        await pause(500)
        await podman('kill', nameOf(service))
        await podman('start', nameOf(service))
      }
      await untilServing(gateway)
      await pause(500)
    })
    const there = await traffic.allThere()
    say(`compose: three roles, Kafka, PostgreSQL, S3; two killed: ${accepted} accepted, ${there} there once`)
  } finally {
    await compose('down', '--volumes')
  }
}
