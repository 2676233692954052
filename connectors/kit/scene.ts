import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { newEvent } from '#client/new-event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { pause, retry } from '#protocol/timing/retry.ts'
import type { ConnectorDefinition } from '../connector.ts'
import type { KindKit, KitOutside, OutsideCall } from './define-kit.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import type { KitBus, KitInstance } from './kit-bus.ts'
import { peer } from './kit-bus.ts'
import type { LoadedKind } from './load-kit.ts'

/** What a check found broken, in plain words, with what to do. */
export class BrokenPromise {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** An instance with an outside of its own, and the fault proxy between them. */
export interface Stage {
  readonly instance: KitInstance
  readonly kit: KindKit
  /** What the instance runs with. */
  readonly definition: ConnectorDefinition
  readonly outside: KitOutside
  /** Undefined for an outside that is not reached over a network. */
  readonly proxy: FaultProxy | undefined
  readonly secret: string
  /** To be called once the bus listens: an outside that calls begins. */
  begin(gateway: string): void
  close(): Promise<void>
}

/** An instance, as `/v1/connectors` shows it. */
export interface Shown {
  readonly state: string
  readonly reason?: string
  readonly nextTry?: string
  readonly cursor?: string
  readonly counts: { readonly quarantined: number; readonly inDoubt: number; readonly dead: number }
}

/** A delivery, as `/v1/deliveries` shows it. */
export interface ShownDelivery {
  readonly subject: string
  readonly state: string
  readonly attempts: number
  readonly begun?: string
  readonly nextAttempt?: string
  readonly lastError?: { readonly code: string; readonly detail: string }
}

/** What a check works with. */
export interface Scene extends Stage {
  readonly bus: KitBus
  /** Publishes events for the instance to deliver; the same again while the bus is away. */
  send(...keys: readonly string[]): Promise<void>
  /** How often an event about a record was published. */
  times(key: string): number
  /** Keys of published events, in their order. */
  published(): readonly string[]
  shown(): Promise<Shown>
  deliveries(state?: string): Promise<readonly ShownDelivery[]>
  /** Waits until a first attempt to deliver an event was begun, or has ended. */
  untilAttempt(is: 'begun' | 'ended', key: string): Promise<void>
  /** Waits until the host calls the outside again: the longer it failed, the longer it waits. False: it calls now. */
  untilTriedAgain(): Promise<boolean>
  /** The outside calls the instance; gives what the answer means, as a status of HTTP. */
  call(request: OutsideCall): Promise<number>
  act(act: string, more?: object): Promise<{ readonly result: string; readonly problem?: string }>
  /** Breaks the way to the outside, or fixes it. */
  setAway(isAway: boolean): Promise<void>
  /** Waits; after the bus has worked for so long, the promise is broken for this reason. */
  until(reason: string, condition: () => boolean | Promise<boolean>, ms?: number): Promise<void>
}

const untilMs = 20_000
/** Only a bus that hangs takes so long. */
const longestUntilMs = 600_000
/** The host calls an outside that fails ever more rarely, at least once a minute, for a poll or a delivery. */
const longestAttemptMs = 180_000
/** Only a clock that was set makes it longer. */
const longestTryMs = 60_000
const sendAgainMs = 100
const sendForMs = 600_000

let lastKey = 0

/** The key in a subject or a text. */
export function keyIn(text: string): string {
  return /kit-\d{4}/.exec(text)?.[0] ?? text
}

/** A key that no other record has. */
export function newKey(): string {
  lastKey = (lastKey + 1) % 10_000
  return `kit-${String(lastKey).padStart(4, '0')}`
}

/** `number`: another for each stage of a bus; `first`: where its outside begins to count. */
export async function openStage(
  { folder: kindFolder, kit, definition }: LoadedKind,
  name: string,
  { folder, number, first }: { readonly folder: string; readonly number: number; readonly first: number }
): Promise<Stage> {
  const agency = `000.00.${10 + number}.H03`
  const secret = `kit-secret-${number}-${Math.random().toString(36).slice(2)}`
  const own = join(folder, `outside-${name}`)
  await mkdir(own)
  const outside = await kit.open({ folder: own, agency, peer, secret, first })
  const isOnNetwork = outside.port !== undefined || outside.beginCalls !== undefined
  const proxy = isOnNetwork ? await startFaultProxy(outside.port) : undefined
  const settings = outside.settings(proxy?.port ?? 0)
  const filled = structuredClone(settings)
  fillSettings(definition.settings, filled) // What is wrong with them, the host says.
  const running = definition.forSettings?.(filled as never) ?? definition
  const { kind, inbound, outbound } = running
  const types = { publishes: inbound?.types ?? kit.publishes ?? [], delivers: outbound?.types ?? [] }
  return {
    instance: { name, agency, kind, kindFolder, settings, ...types },
    ...{ kit, definition: running, outside, proxy, secret },
    begin(gateway) {
      if (!proxy || !outside.beginCalls) return
      proxy.aim(Number(new URL(gateway).port))
      outside.beginCalls(`http://127.0.0.1:${proxy.port}/v1/connectors/${name}/receive`)
    },
    async close() {
      await outside.close()
      await proxy?.close()
    }
  }
}

/** Breaks the way to an outside, or fixes it. */
export async function setAway({ proxy, outside }: Stage, isAway: boolean): Promise<void> {
  if (proxy) await proxy.set(isAway ? 'refuse' : 'none')
  else await outside.setAway?.(isAway)
}

export function openScene(stage: Stage, bus: KitBus): Scene {
  const { kit, instance, outside } = stage
  const { name, agency } = instance
  const keys = (): readonly string[] => bus.published(agency).map(({ subject }) => keyIn(subject))
  const scene: Scene = {
    ...stage,
    bus,
    async send(...some) {
      for (const key of some) {
        const draft = kit.outbound?.(key, { agency, peer })
        if (!draft) throw new BrokenPromise('The kit of the kind has no outbound: add it to fixtures/kit.ts.')
        const event = newEvent(bus.peer.system, { ...draft, recipients: [agency] })
        await retry(() => bus.peer.publish(event), { waitMs: () => sendAgainMs, longestMs: sendForMs })
      }
    },
    times: (key) => keys().filter((one) => one === key).length,
    published: keys,
    shown: () => bus.operator.get<Shown>(`/v1/connectors/${name}`),
    async deliveries(state) {
      const query = new URLSearchParams({ connector: name, ...(state === undefined ? {} : { state }) })
      return (await bus.operator.get<{ items: readonly ShownDelivery[] }>(`/v1/deliveries?${query}`)).items
    },
    async call({ path = '', headers, body }) {
      const url = `${bus.gateway}/v1/connectors/${name}/receive${path}`
      const response = await fetch(url, { method: 'POST', headers, body })
      const answer = { status: response.status, body: await response.text() }
      return outside.meaningOf?.(answer) ?? answer.status
    },
    act: async (act, more = {}) =>
      (await bus.operator.act('/v1/connectors', { act, connector: name, ...more })) as { result: string },
    async untilAttempt(is, key) {
      const isReached = async (): Promise<boolean> => {
        const known = [...(await scene.deliveries()), ...(await scene.deliveries('delivered'))]
        const found = known.find(({ subject }) => keyIn(subject) === key)
        const isBegun = is === 'begun' && found?.begun !== undefined
        // While the breaker is open, nothing was attempted.
        const hasFailed = found?.lastError !== undefined && !found.lastError.detail.includes('is not called')
        return found !== undefined && (isBegun || hasFailed || found.state !== 'waiting')
      }
      await scene.until('The host never began to deliver an event.', isReached, longestAttemptMs)
    },
    async untilTriedAgain() {
      const [{ nextTry }, open] = await Promise.all([scene.shown(), scene.deliveries()])
      const tries = [nextTry, ...open.map(({ nextAttempt }) => nextAttempt)]
      const waits = tries.map((at) => (at === undefined ? 0 : instantMs(at) - Date.now()))
      const waitMs = Math.min(Math.max(0, ...waits), longestTryMs)
      await pause(waitMs)
      return waitMs > 0
    },
    setAway: (isAway) => setAway(stage, isAway),
    async until(reason, condition, ms = untilMs) {
      const [end, lastEnd] = [bus.workedMs() + ms, performance.now() + longestUntilMs]
      for (;;) {
        const isOver = bus.workedMs() > end || performance.now() > lastEnd
        if (await condition()) return
        if (isOver) throw new BrokenPromise(reason)
        await pause(50)
      }
    }
  }
  return scene
}
