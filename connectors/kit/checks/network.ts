import { pause } from '#protocol/timing/retry.ts'
import type { Fault } from '../fault-proxy.ts'
import { newKey, type Scene } from '../scene.ts'
import {
  addRecords,
  broken,
  type Check,
  checkGoesOn,
  checkOnce,
  givesRecords,
  publishes,
  takesEvents,
  untilArrived,
  untilPublished
} from './check.ts'

const maxTakenBytes = 33_554_432
/** How long a call is waited for that comes after there are records: a busy bus polls late. */
const againMs = 10_000
/** A caller both sends and fetches under the fault, several times. */
const callsUnderFault = 6

/** Attempts a delivery after something broke, before failures of polls make the host call nobody for a while. */
async function attemptUnder(scene: Scene, key: string, breakIt: () => Promise<void>): Promise<void> {
  await scene.act('pause')
  await scene.send(key)
  await breakIt()
  await scene.act('resume')
  await scene.untilAttempt('ended', key)
}

interface Through {
  /** How long the fault stays once a delivery was begun. Without: until the delivery has failed. */
  readonly ms?: number
  readonly hint: string
}

/** Records and events on their way while the fault is there; all must get through once it is gone. */
async function through(scene: Scene, fault: Fault, { ms, hint }: Through): Promise<void> {
  const { proxy, definition, outside } = scene
  const key = newKey()
  const isDelivered = definition.outbound?.deliver !== undefined
  let records: readonly string[] = []
  let metBefore = 0
  const met = (): number => proxy?.met() ?? 0
  /** A poll that came too early for the records shows nothing. A kind with one connection comes no more. */
  const untilMet = async (count: number): Promise<void> => {
    for (let left = againMs; left > 0 && records.length > 0 && met() < count; left -= 50) await pause(50)
  }
  const begin = async (): Promise<void> => {
    await proxy?.set(fault)
    if (!givesRecords(scene)) return
    records = await addRecords(scene, 4)
    metBefore = met()
  }
  if (isDelivered && ms === undefined) await attemptUnder(scene, key, begin)
  else {
    await begin()
    await untilMet(metBefore + 1) // Deliveries that are tried again would be taken for it.
    if (takesEvents(scene)) await scene.send(key)
    if (isDelivered) await scene.untilAttempt('begun', key)
  }
  const enough = outside.beginCalls ? callsUnderFault : 1
  await scene.until(`Nobody called through the fault. ${hint}`, () => met() >= enough)
  if (isDelivered) await untilMet(metBefore + 2)
  await pause(ms ?? 0)
  await proxy?.set('none')
  await untilPublished(scene, records, hint)
  if (takesEvents(scene)) await untilArrived(scene, [key], hint)
  await checkOnce(scene, [...records, key], hint)
}

/** What a kind promises of a way to the outside that breaks. */
export const networkChecks: readonly Check[] = [
  {
    name: 'away-at-start',
    promise: 'An outside that is away at the start is reached once it is there.',
    needs: ['asks'],
    beginsAway: true,
    async run(scene) {
      const isFailing = async (): Promise<boolean> => (await scene.shown()).state === 'failing'
      await scene.until(
        'The outside is away, and the instance does not say so: connect or poll must reject.',
        isFailing
      )
      await scene.setAway(false)
      await checkGoesOn(scene, 'A failure to connect must not be kept: the host calls connect again.')
    }
  },
  {
    name: 'away',
    promise: 'While the outside is away nothing is given up, and no attempt counts.',
    needs: ['outbound'],
    async run(scene) {
      await checkGoesOn(scene, 'The kind does not work yet.')
      const key = newKey()
      await attemptUnder(scene, key, () => scene.setAway(true))
      const open = await scene.deliveries()
      const hint = 'A refused connection means `unreachable`, never `refused`.'
      const [{ state, attempts } = { state: 'gone', attempts: 0 }] = open
      if (state !== 'waiting' || attempts > 0)
        broken(`While the outside was away, a delivery became ${state} with ${attempts} attempts. ${hint}`)
      await scene.setAway(false)
      await untilArrived(scene, [key], hint)
    }
  },
  {
    name: 'check',
    promise: '`check` tells whether the outside is well.',
    needs: ['asks', 'check'],
    async run(scene) {
      await checkGoesOn(scene, 'The kind does not work yet.')
      const atFirst = await scene.act('check')
      if (atFirst.result !== 'done') broken(`check says of an outside that is well: ${atFirst.problem}`)
      await scene.setAway(true)
      const away = await scene.act('check')
      await scene.setAway(false)
      if (away.result !== 'failed')
        broken('check finds nothing wrong while the outside is away: it must ask it.')
    }
  },
  {
    name: 'late',
    promise: 'An outside that answers half a second late is worked with.',
    needs: ['asks', 'network'],
    async run(scene) {
      await scene.proxy?.set('late')
      await checkGoesOn(scene, 'Wait for an answer as long as the settings say.')
      await scene.proxy?.set('none')
    }
  },
  {
    name: 'hanging',
    promise: 'An outside that takes requests and answers nothing is left within the time limit.',
    needs: ['asks', 'network'],
    run: (scene) =>
      through(scene, 'hang', { ms: 700, hint: 'Hand io.signal and a time limit to whatever waits.' })
  },
  {
    name: 'trickle',
    promise: 'An answer that comes byte by byte is left within the time limit.',
    needs: ['asks', 'network'],
    run: (scene) =>
      through(scene, 'trickle', { ms: 700, hint: 'The time limit must hold until the end of the answer.' })
  },
  {
    name: 'reset',
    promise: 'A connection that breaks before or after the outside did something loses and doubles nothing.',
    needs: ['network'],
    async run(scene) {
      const hint = 'A broken connection says nothing about what was done: reject, and send event.hash along.'
      if (scene.outside.beginCalls) await checkGoesOn(scene, 'The kind does not work yet.') // It has logged in.
      await through(scene, 'reset', { hint })
      await through(scene, 'reset-after', { hint })
    }
  },
  {
    name: 'cut',
    promise: 'Of an answer that ends in the middle nothing is lost.',
    needs: ['records', 'network'],
    run: (scene) =>
      through(scene, 'cut', { ms: 700, hint: 'Move the cursor only past records that were read in full.' })
  },
  {
    name: 'garbage',
    promise: 'An answer that makes no sense is told as a failure.',
    needs: ['inbound', 'network'],
    async run(scene) {
      await checkGoesOn(scene, 'The kind does not work yet.')
      await scene.proxy?.set('garbage')
      const hint = 'Reject when an answer cannot be read; an empty list is something else.'
      const isFailing = async (): Promise<boolean> => (await scene.shown()).state === 'failing'
      await scene.until(`The outside answers garbage, and the instance does not say so. ${hint}`, isFailing)
      await scene.proxy?.set('none')
      await untilPublished(scene, await addRecords(scene, 1), hint)
    }
  },
  {
    name: 'endless',
    promise: 'An answer without an end is left at the size limit.',
    needs: ['inbound', 'network'],
    async run(scene) {
      await scene.proxy?.set('endless')
      const hint = 'Ask with io.fetch, which ends an answer at a size limit.'
      const taken = (): number => scene.proxy?.flooded() ?? 0
      await scene.until(`It did not poll, or keeps an answer without an end open. ${hint}`, () => taken() > 0)
      const most = taken()
      await scene.proxy?.set('none')
      if (most > maxTakenBytes) broken(`It took ${most >> 20} MiB of an answer. ${hint}`)
      await untilPublished(scene, await addRecords(scene, 1), 'It does not go on after an endless answer.')
    }
  },
  {
    name: 'sessions',
    promise: 'A session that is closed leaves no connection open.',
    needs: ['asks', 'network'],
    async run(scene) {
      await checkGoesOn(scene, 'The kind does not work yet.')
      const before = scene.proxy?.open() ?? 0
      for (let restarts = 0; restarts < 4; restarts += 1) {
        await scene.act('restart')
        await checkGoesOn(scene, 'It does not go on after a restart.') // By then the session is open again.
      }
      const hint = 'close() of the session must end every connection that connect opened.'
      const isFew = (): boolean => (scene.proxy?.open() ?? 0) <= before + 1
      await scene.until(`After four restarts ${scene.proxy?.open()} connections are open. ${hint}`, isFew)
    }
  },
  {
    name: 'secrets',
    promise: 'Secrets are neither logged nor shown.',
    needs: ['secret', 'upset'],
    async run(scene) {
      const { definition } = scene
      const key = newKey()
      for (const forged of (await scene.outside.forge?.(key)) ?? []) await scene.call(forged)
      scene.outside.fail?.('unavailable')
      if (definition.outbound?.deliver) {
        await scene.send(key)
        await scene.untilAttempt('ended', key)
      }
      const isFailing = async (): Promise<boolean> => (await scene.shown()).state === 'failing'
      const hint = 'The outside answers 503, and the instance does not say so: poll must reject.'
      if (publishes(definition)) await scene.until(hint, isFailing)
      const shown = JSON.stringify([await scene.shown(), await scene.deliveries()])
      scene.outside.fail?.(undefined)
      await checkGoesOn(scene, 'It does not go on after a failure.')
      const places = { 'the log': scene.bus.log(), 'what people are shown': shown }
      for (const [place, text] of Object.entries(places))
        if (text.includes(scene.secret))
          broken(`The secret of the settings stands in ${place}. Keep it out of messages.`)
    }
  }
]
