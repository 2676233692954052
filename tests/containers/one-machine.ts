import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '#deploy/servers/free-port.ts'
import { image, podman, untilServing } from './podman.ts'
import { startTraffic } from './traffic.ts'

const [name, volume] = ['lienthong-test', 'lienthong-test'] as const
const port = await freePort()
const gateway = `http://127.0.0.1:${port}`

/**
 * The bus in one container as docs/running.md starts it: not root, nothing to write to but its volume. It is killed,
 * stopped and replaced by another image while an agency sends.
 */
export async function onOneMachine(say: (line: string) => void): Promise<void> {
  await removeAll()
  try {
    await start(image)
    await untilServing(gateway)
    await untilHealthy()
    const traffic = await startTraffic(gateway, await podman('exec', name, 'cat', 'keys/operator.jwk'))
    await traffic.during(async () => {
      await pause(500)
      await podman('kill', name)
      await podman('start', name)
      await untilServing(gateway)
      await pause(500)
    })
    const accepted = await traffic.during(async () => {
      await podman('stop', '--time', '40', name)
      const code = await podman('inspect', '--format', '{{.State.ExitCode}}', name)
      if (code !== '0') throw new TypeError(`a stop ends with ${code}`)
      await podman('rm', name)
      await start(await nextImage())
      await untilServing(gateway)
      await pause(500)
    })
    const there = await traffic.allThere()
    const user = await podman('exec', name, 'id', '-u')
    say(
      `container: user ${user}, read-only; killed, stopped, upgraded: ${accepted} accepted, ${there} there once`
    )
  } finally {
    await removeAll()
  }
}

async function start(from: string): Promise<void> {
  await podman(
    ...['run', '--detach', '--name', name, '--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all'],
    ...['--security-opt', 'no-new-privileges', '--env', `LIENTHONG_PUBLIC_URL=${gateway}`],
    ...['--publish', `127.0.0.1:${port}:8080`, '--volume', `${volume}:/var/lib/lienthong`, from]
  )
}

/** Runs the image's own health check until it passes. */
async function untilHealthy(): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await podman('healthcheck', 'run', name)
      return
    } catch (error) {
      if (tries === 100) throw error
      await pause(200)
    }
  }
}

/** Another image of the same bus, such as a release makes it. */
async function nextImage(): Promise<string> {
  const next = `${image}-next`
  await podman('tag', image, next)
  return next
}

async function removeAll(): Promise<void> {
  await podman('rm', '--force', '--ignore', name)
  await podman('volume', 'rm', '--force', volume)
}
