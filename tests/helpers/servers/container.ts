import { setTimeout as pause } from 'node:timers/promises'
import { GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { type ImageName, images, noteServer } from './place.ts'

export interface ContainerOptions {
  /** The port in the container, and the one of this machine that leads to it. */
  readonly ports: { readonly container: number; readonly host: number }
  readonly environment: Readonly<Record<string, string>>
  /** The program, if not that of the image. */
  readonly program?: string
  readonly words?: readonly string[]
  /** Folders of this machine, at the same path in the container. */
  readonly folders?: readonly string[]
  readonly user?: string
  /** Whether it answers correctly; called until it does. Throwing means no. */
  readonly isReady: (signal: AbortSignal) => Promise<boolean>
}

/** A server of a test in a container; removed after it. */
export interface ServerContainer {
  /** Of its first process, on this machine. */
  readonly pid: number
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Ends it with a signal, frozen or not; harmless if it has ended. Its files stay. */
  end(signal: NodeJS.Signals): Promise<void>
  /** Starts it again, on the same port and files. */
  start(): Promise<void>
}

const startsWithinMs = 90_000

export async function startContainer(
  t: Cleanup,
  name: ImageName,
  options: ContainerOptions
): Promise<ServerContainer> {
  const plan = new GenericContainer(images[name])
    .withExposedPorts(options.ports)
    .withEnvironment({ ...options.environment })
    .withBindMounts((options.folders ?? []).map((folder) => ({ source: folder, target: folder })))
    .withStartupTimeout(startsWithinMs)
  if (options.program !== undefined) plan.withEntrypoint([options.program])
  if (options.words) plan.withCommand([...options.words])
  if (options.user !== undefined) plan.withUser(options.user)
  const started = await plan.start()
  noteServer(name, started.getId())
  let isRemoved = false
  t.after(async () => {
    isRemoved = true
    await started.stop()
  })
  const container = (await getContainerRuntimeClient()).container.getById(started.getId())
  const state = async () => (await container.inspect()).State
  const thaw = async (): Promise<void> => {
    if ((await state()).Paused) await container.unpause()
  }
  let pid = 0
  const becomesReady = async (): Promise<void> => {
    const limit = AbortSignal.timeout(startsWithinMs)
    while (!(await options.isReady(limit).catch(() => false))) {
      limit.throwIfAborted()
      await pause(50)
    }
    pid = (await state()).Pid
  }
  await becomesReady()
  return {
    get pid() {
      return pid
    },
    freeze: () => container.pause(),
    thaw,
    async end(signal) {
      if (isRemoved) return
      await thaw()
      if (!(await state()).Running) return
      const ended = container.wait()
      await container.kill({ signal })
      await ended
    },
    async start() {
      await container.start()
      await becomesReady()
    }
  }
}
