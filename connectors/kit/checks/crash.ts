import { pause } from '#protocol/timing/retry.ts'
import { newKey, type Scene } from '../scene.ts'
import {
  addRecords,
  arrivedAt,
  broken,
  type Check,
  checkOnce,
  untilArrived,
  untilPublished,
  untilReported
} from './check.ts'

const hourMs = 3_600_000

/** Has the bus killed at a point, and starts it again. */
async function killedAt(
  { bus, until }: Scene,
  failpoint: string,
  doing: () => Promise<unknown>
): Promise<void> {
  await bus.kill()
  await bus.start({ failpoint })
  const done = doing()
  done.catch(() => {}) // Told below.
  let isKilled = false
  const killed = bus.ended().then(() => {
    isKilled = true
  })
  const reason = `The instance never came to the point ${failpoint}: the kind does not work yet.`
  await until(reason, () => isKilled)
  await killed
  await bus.start()
  await done
}

/** An event whose delivery was cut off has arrived once, or a person is told. */
async function settledAfterKill(scene: Scene, key: string, hint: string): Promise<void> {
  const { repeatable = false, lookUp } = scene.definition.outbound ?? {}
  const mayBeDoubtful = !repeatable && (lookUp === undefined || scene.kit.mayEndInDoubt === true)
  if (!mayBeDoubtful) return untilArrived(scene, [key], hint)
  const isSettled = async (): Promise<boolean> =>
    (await arrivedAt(scene)).includes(key) || (await scene.deliveries('in-doubt')).length > 0
  await scene.until(`A delivery that was cut off is neither done nor in doubt. ${hint}`, isSettled)
}

/** What a kind promises when the bus is killed with -9, or its clock is set. */
export const crashChecks: readonly Check[] = [
  {
    name: 'kill-before-storing',
    promise: 'What was polled or sent, and not stored before the bus died, is taken again.',
    needs: ['records'],
    ownBus: true,
    async run(scene) {
      const before = await addRecords(scene, 1)
      await untilPublished(scene, before, 'The kind does not work yet.')
      let keys: readonly string[] = []
      const point = scene.definition.inbound ? 'items.polled:1' : 'items.received:1'
      await killedAt(scene, point, async () => {
        keys = await addRecords(scene, 3)
      })
      const hint = 'Tell the outside nothing in poll: acknowledge is called once the items are stored.'
      await untilPublished(scene, keys, hint)
      await checkOnce(scene, [...before, ...keys], hint)
    }
  },
  {
    name: 'kill-after-storing',
    promise: 'What was stored when the bus died is published once, and the outside is told of it.',
    needs: ['records'],
    ownBus: true,
    async run(scene) {
      let keys: readonly string[] = []
      await killedAt(scene, 'items.stored:1', async () => {
        keys = await addRecords(scene, 3)
      })
      const hint = 'inbound.acknowledge is given a reference that another process read: it must need no more.'
      await untilPublished(scene, keys, hint)
      await checkOnce(scene, keys, hint)
      await untilReported(
        scene,
        keys,
        `After the kill the outside was not told of what was published. ${hint}`
      )
    }
  },
  {
    name: 'kill-before-delivery',
    promise: 'A delivery that the bus began, and did not do before it died, is done.',
    needs: ['events'],
    ownBus: true,
    async run(scene) {
      const key = newKey()
      await killedAt(scene, 'delivery.before-effect:1', () => scene.send(key))
      const hint = 'lookUp must ask the outside, and say `unknown` where it cannot.'
      await settledAfterKill(scene, key, hint)
      await checkOnce(scene, [key], hint)
    }
  },
  {
    name: 'kill-after-delivery',
    promise: 'A delivery that was done when the bus died is not seen twice outside.',
    needs: ['events'],
    ownBus: true,
    async run(scene) {
      const key = newKey()
      await killedAt(scene, 'delivery.after-effect:1', () => scene.send(key))
      const hint = 'Say `repeatable` only if the outside knows a repeat: send event.hash along as its key.'
      await settledAfterKill(scene, key, hint)
      await pause(1500)
      await checkOnce(scene, [key], hint)
      const own = 'lookUp must give the marks of what the delivery made, as deliver does.'
      if (scene.times(key) > 0) broken(`After the kill the delivered event came back as another one. ${own}`)
    }
  },
  {
    name: 'clock',
    promise: 'A clock that is set by an hour, and back, loses and doubles nothing.',
    needs: ['records'],
    ownBus: true,
    async run(scene) {
      await untilPublished(scene, await addRecords(scene, 1), 'The kind does not work yet.')
      const hint = 'Take the cursor from what the outside gives, not from the clock of the bus.'
      await scene.bus.setClock(hourMs)
      await pause(2000) // The kind polls, and sees the other time before there is something to take.
      const ahead = await addRecords(scene, 2)
      await pause(1500)
      await scene.bus.setClock(0)
      const keys = [...ahead, ...(await addRecords(scene, 2))]
      await untilPublished(scene, keys, hint)
      await checkOnce(scene, keys, hint)
      if (keys.some((key) => scene.times(key) === 0)) broken(hint)
    }
  }
]
