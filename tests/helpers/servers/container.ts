import { setTimeout as pause } from 'node:timers/promises'
import { GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
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

/** Starts one on a port of its own. Another process may take it meanwhile: then another port is tried. */
export async function startContainerOnFreePort(
  t: Cleanup,
  name: ImageName,
  optionsFor: (port: number) => ContainerOptions
): Promise<{ readonly port: number; readonly container: ServerContainer }> {
  for (let left = 3; ; left -= 1) {
    const port = await freePort()
    try {
      return { port, container: await startContainer(t, name, optionsFor(port)) }
    } catch (error) {
      if (left === 1 || !isPortTaken(error)) throw error
    }
  }
}

/** In the words of podman and of Docker. */
function isPortTaken(error: unknown): boolean {
  return /address already in use|port is already allocated/.test(String(error))
}

interface ContainerEvents {
  readonly created: (id: string) => void
  readonly started: () => void
}

/** Says which container it makes before it starts it: a start that fails may leave it behind. */
class WatchedContainer extends GenericContainer {
  readonly #events: ContainerEvents

  constructor(image: string, events: ContainerEvents) {
    super(image)
    this.#events = events
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.#events.created(id)
  }

  protected override async containerStarting(): Promise<void> {
    this.#events.started()
  }
}

export async function startContainer(
  t: Cleanup,
  name: ImageName,
  options: ContainerOptions
): Promise<ServerContainer> {
  const engine = (await getContainerRuntimeClient()).container
  let [id, isRemoved] = ['', false]
  const plan = new WatchedContainer(images[name], {
    created(made) {
      id = made
      t.after(async () => {
        isRemoved = true
        await engine.getById(made).remove({ force: true, v: true }).catch(unlessGone)
      })
    },
    started: () => noteServer(name, id)
  })
    .withExposedPorts(options.ports)
    .withEnvironment({ ...options.environment })
    .withBindMounts((options.folders ?? []).map((folder) => ({ source: folder, target: folder })))
    .withStartupTimeout(startsWithinMs)
  if (options.program !== undefined) plan.withEntrypoint([options.program])
  if (options.words) plan.withCommand([...options.words])
  if (options.user !== undefined) plan.withUser(options.user)
  await plan.start()
  const container = engine.getById(id)
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

/** testcontainers removes some of those that do not start. */
function unlessGone(error: unknown): void {
  if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) throw error
}
