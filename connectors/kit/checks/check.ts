import { pause } from '#protocol/timing/retry.ts'
import type { ConnectorDefinition } from '../../connector.ts'
import type { KitOutside, RecordToAdd } from '../define-kit.ts'
import { BrokenPromise, keyIn, newKey, type Scene, type Stage } from '../scene.ts'

/** What a check asks of a kind and its outside; without it the check does not apply. */
export type Need = keyof typeof needs

/** One promise of a kind, and how it is put to the test. */
export interface Check {
  /** Stable. */
  readonly name: string
  readonly promise: string
  readonly needs: readonly Need[]
  /** The outside is away when the bus starts. */
  readonly beginsAway?: boolean
  /** It has a second instance, with an outside of its own. */
  readonly hasPeer?: boolean
  /** It kills the bus or sets its clock, so that it needs a bus of its own. */
  readonly ownBus?: boolean
  /** Rejects with a `BrokenPromise`. */
  run(scene: Scene, second: Scene): Promise<void>
}

type Judged = Pick<Stage, 'definition' | 'outside' | 'proxy'>

/** Whether polling gives items; a kind may also be polled to do what is due. */
export function publishes({ inbound }: ConnectorDefinition): boolean {
  return (inbound?.types ?? []).length > 0
}

const method = (name: keyof KitOutside) => ({
  has: ({ outside }: Judged) => outside[name] !== undefined,
  otherwise: `the outside of the kit has no ${name}`
})

/** Whether records of the outside become events: it is polled, or calls about them. */
export function givesRecords({ definition, outside }: Judged): boolean {
  return outside.add !== undefined && (definition.inbound ?? outside.beginCalls) !== undefined
}

/** Whether events reach the outside: they are delivered, or it fetches them. */
export function takesEvents({ definition: { outbound }, outside }: Judged): boolean {
  return outbound?.deliver !== undefined || (outbound?.collected === true && outside.arrived !== undefined)
}

/** Whether the outside learns what became of its records. */
export function learnsOutcomes({ definition, outside }: Judged): boolean {
  return (definition.inbound?.acknowledge ?? outside.beginCalls) !== undefined
}

const needs = {
  records: { has: givesRecords, otherwise: 'it reads nothing outside, or the outside of the kit has no add' },
  events: { has: takesEvents, otherwise: 'nothing is delivered or fetched' },
  asks: {
    has: ({ definition: { inbound, outbound } }: Judged) => (inbound ?? outbound?.deliver) !== undefined,
    otherwise: 'it is called, and asks nothing outside'
  },
  inbound: {
    has: ({ definition }: Judged) => publishes(definition),
    otherwise: 'no poll of it publishes anything'
  },
  outbound: {
    has: ({ definition }: Judged) => definition.outbound?.deliver !== undefined,
    otherwise: 'it does not deliver'
  },
  receive: {
    has: ({ definition }: Judged) => definition.receive !== undefined,
    otherwise: 'it takes no requests'
  },
  outcomes: { has: learnsOutcomes, otherwise: 'it tells the outside nothing' },
  check: { has: ({ definition }: Judged) => definition.check !== undefined, otherwise: 'it has no check' },
  secret: {
    has: ({ definition }: Judged) => JSON.stringify(definition.settings).includes('"secret":true'),
    otherwise: 'it has no secrets'
  },
  network: {
    has: ({ proxy }: Judged) => proxy !== undefined,
    otherwise: 'it is not reached over a network'
  },
  edit: method('edit'),
  again: method('again'),
  call: method('call'),
  forge: method('forge'),
  addSlowly: method('addSlowly'),
  reported: method('reported'),
  fail: method('fail'),
  upset: {
    has: ({ outside }: Judged) => (outside.fail ?? outside.forge) !== undefined,
    otherwise: 'the outside of the kit has neither fail nor forge'
  },
  attempts: method('attempts')
} as const

/** Why a check says nothing about a kind; undefined if it applies. */
export function whyNotApplicable({ name, needs: needed }: Check, judged: Stage): string | undefined {
  const { notApplicable = {} } = judged.kit
  if (notApplicable[name] !== undefined) return notApplicable[name]
  const missing = needed.find((need) => !needs[need].has(judged))
  return missing === undefined ? undefined : needs[missing].otherwise
}

/** Makes records outside, and gives their keys. */
export async function addRecords(
  { outside }: Scene,
  count: number,
  bad: readonly number[] = []
): Promise<readonly string[]> {
  const records: RecordToAdd[] = Array.from({ length: count }, (_, index) => ({
    key: newKey(),
    bad: bad.includes(index)
  }))
  await outside.add?.(records)
  return records.map(({ key }) => key)
}

export function broken(reason: string): never {
  throw new BrokenPromise(reason)
}

/** Whether the outside was told this of a record. */
export async function wasReported({ outside }: Scene, key: string, quarantined: boolean): Promise<boolean> {
  const reported = (await outside.reported?.()) ?? []
  return reported.findLast((one) => one.key === key)?.quarantined === quarantined
}

/** Keys of what arrived outside. */
export async function arrivedAt({ outside }: Scene): Promise<readonly string[]> {
  const arrived = (await outside.arrived?.()) ?? []
  return arrived.map(keyIn)
}

async function untilThrough(scene: Scene, condition: () => boolean | Promise<boolean>): Promise<void> {
  await scene.untilTriedAgain()
  try {
    await scene.until('', condition)
  } catch (error) {
    // A call that began under a fault may have ended after the fault, and made the host wait anew.
    if (!(error instanceof BrokenPromise) || !(await scene.untilTriedAgain())) throw error
    await scene.until('', condition)
  }
}

export async function untilPublished(scene: Scene, keys: readonly string[], hint: string): Promise<void> {
  const missing = (): readonly string[] => keys.filter((key) => scene.times(key) === 0)
  await untilThrough(scene, () => missing().length === 0).catch(async (error: unknown) => {
    if (!(error instanceof BrokenPromise)) throw error
    const { state, reason = '' } = await scene.shown()
    broken(`${missing().length} of ${keys.length} records were never published (${state} ${reason}). ${hint}`)
  })
}

export async function untilArrived(scene: Scene, keys: readonly string[], hint: string): Promise<void> {
  let missing = keys
  await untilThrough(scene, async () => {
    const arrived = await arrivedAt(scene)
    missing = keys.filter((key) => !arrived.includes(key))
    return missing.length === 0
  }).catch(async (error: unknown) => {
    if (!(error instanceof BrokenPromise)) throw error
    const open = await scene.deliveries()
    const states = open.map(({ state, lastError }) => `${state} ${lastError?.detail ?? ''}`).join('; ')
    broken(
      `${missing.length} of ${keys.length} events never arrived outside (${states || 'none is open: the host was told that they were delivered'}). ${hint}`
    )
  })
}

/** After a while, nothing of these was published or delivered more than once. */
export async function checkOnce(scene: Scene, keys: readonly string[], hint: string): Promise<void> {
  await pause(1000)
  const twice = keys.filter((key) => scene.times(key) > 1)
  if (twice.length > 0) broken(`${twice.length} records were published more than once. ${hint}`)
  const arrived = await arrivedAt(scene)
  const doubled = keys.filter((key) => arrived.filter((one) => one === key).length > 1)
  if (doubled.length > 0) broken(`${doubled.length} events can be seen more than once outside. ${hint}`)
}

/** Waits until the outside was told that these records were published, if it can be. */
export async function untilReported(scene: Scene, keys: readonly string[], reason: string): Promise<void> {
  if (!learnsOutcomes(scene) || !scene.outside.reported) return
  const isReported = async (): Promise<boolean> =>
    (await Promise.all(keys.map((key) => wasReported(scene, key, false)))).every(Boolean)
  await scene.until(reason, isReported)
}

/** One record and one event more get through, by the halves that the kind has. */
export async function checkGoesOn(scene: Scene, hint: string): Promise<void> {
  if (givesRecords(scene)) await untilPublished(scene, await addRecords(scene, 1), hint)
  if (takesEvents(scene)) {
    const key = newKey()
    await scene.send(key)
    await untilArrived(scene, [key], hint)
  }
}
