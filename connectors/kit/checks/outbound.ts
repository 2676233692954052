import { instantMs } from '#protocol/events/instant.ts'
import { newKey } from '../scene.ts'
import {
  addRecords,
  arrivedAt,
  broken,
  type Check,
  checkGoesOn,
  checkOnce,
  untilArrived,
  untilPublished
} from './check.ts'

const askedMs = 5000

/** A time of the bus on the clock of `performance.now`. */
const onThisClock = (time: string): number => instantMs(time) - Date.now() + performance.now()

/** What a kind promises of what it delivers. */
export const outboundChecks: readonly Check[] = [
  {
    name: 'delivered',
    promise: 'Events arrive outside, each once.',
    needs: ['events'],
    async run(scene) {
      const keys = Array.from({ length: 5 }, newKey)
      await scene.send(...keys)
      const hint =
        'deliver must resolve once the outside has the event, and not before; io.collected must be called then.'
      await untilArrived(scene, keys, hint)
      await checkOnce(scene, keys, hint)
    }
  },
  {
    name: 'unavailable',
    promise: 'A delivery that the outside did not take is done again.',
    needs: ['outbound', 'fail'],
    async run(scene) {
      const key = newKey()
      scene.outside.fail?.('unavailable')
      await scene.send(key)
      await scene.untilAttempt('ended', key)
      scene.outside.fail?.(undefined)
      const hint = 'Look at the status of the answer: all but success must reject.'
      await untilArrived(scene, [key], hint)
      await checkOnce(scene, [key], hint)
    }
  },
  {
    name: 'retry-after',
    promise: 'An outside that asks to wait is not asked before.',
    needs: ['outbound', 'fail', 'attempts'],
    async run(scene) {
      const key = newKey()
      const attempts = (): readonly number[] => scene.outside.attempts?.() ?? []
      scene.outside.fail?.('busy')
      await scene.send(key)
      await scene.until('The event was never sent.', () => attempts().length > 0)
      await scene.untilAttempt('ended', key)
      const last = attempts().at(-1) ?? 0
      const [open] = await scene.deliveries()
      // What the host plans is told apart from when a busy machine comes to do it.
      const planned = open?.nextAttempt === undefined ? [] : [onThisClock(open.nextAttempt) - last]
      scene.outside.fail?.(undefined)
      const hint = 'Hand the wait of Retry-After on (`waitMs` of the error), and retry nothing yourself.'
      await untilArrived(scene, [key], hint)
      const [first = 0, second = 0] = attempts()
      const waited = Math.round(Math.min(second - first, ...planned))
      // The bus shows times in milliseconds, and its clock and that of the attempts are two.
      if (waited < askedMs - 50)
        broken(`The outside asked to wait ${askedMs} ms, and was asked after ${waited}. ${hint}`)
    }
  },
  {
    name: 'refused-for-good',
    promise: 'What the outside will never take is not tried again, and a person is told.',
    needs: ['outbound', 'fail'],
    async run(scene) {
      const key = newKey()
      scene.outside.fail?.('refuses')
      await scene.send(key)
      const hint = 'Throw a fault that means `refused` for what the outside can never take.'
      const isDead = async (): Promise<boolean> => (await scene.deliveries('dead')).length === 1
      await scene.until(`A refused delivery waits to be tried again. ${hint}`, isDead)
      scene.outside.fail?.(undefined)
      await checkGoesOn(scene, 'One refused delivery stopped others.')
    }
  },
  {
    name: 'credentials',
    promise: 'Credentials that are not accepted pause the instance, and nothing is lost.',
    needs: ['outbound', 'fail', 'secret'],
    async run(scene) {
      const key = newKey()
      scene.outside.fail?.('credentials')
      await scene.send(key)
      const hint = 'Throw a fault that means `credentials` when the outside does not accept them.'
      const isPaused = async (): Promise<boolean> => (await scene.shown()).state === 'paused'
      await scene.until(`The outside accepts no credentials, and the instance goes on. ${hint}`, isPaused)
      scene.outside.fail?.(undefined)
      await scene.act('resume')
      await untilArrived(scene, [key], hint)
    }
  },
  {
    name: 'echo',
    promise: 'What a delivery makes outside does not come back as an event.',
    needs: ['records', 'events'],
    async run(scene) {
      const key = newKey()
      scene.outside.setAnswerDelay?.(600)
      await scene.send(key)
      await untilArrived(scene, [key], 'The kind does not work yet.')
      const [later = ''] = await addRecords(scene, 1)
      await untilPublished(scene, [later], 'The kind does not work yet.')
      const hint = 'Send event.hash along, and pass over what comes back with one when polling.'
      if (scene.times(key) > 0) broken(`A delivered event came back as another one. ${hint}`)
      if ((await arrivedAt(scene)).length !== 1) broken(`A delivered event went round. ${hint}`)
    }
  }
]
