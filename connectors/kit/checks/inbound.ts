import { pause } from '#protocol/timing/retry.ts'
import { newKey } from '../scene.ts'
import {
  addRecords,
  broken,
  type Check,
  checkGoesOn,
  checkOnce,
  untilPublished,
  untilReported,
  wasReported
} from './check.ts'

const pages = 'A poll must return every record since its cursor, and the cursor must not pass one over.'

/** What a kind promises of what it reads outside. */
export const inboundChecks: readonly Check[] = [
  {
    name: 'complete',
    promise: 'Everything outside becomes an event, over several pages.',
    needs: ['records'],
    async run(scene) {
      const keys = await addRecords(scene, 23)
      await untilPublished(scene, keys, pages)
      await checkOnce(scene, keys, pages)
    }
  },
  {
    name: 'order',
    promise: 'Records become events in the order of the outside.',
    needs: ['records'],
    async run(scene) {
      const keys = await addRecords(scene, 4)
      await untilPublished(scene, keys, pages)
      const order = scene.published().filter((key) => keys.includes(key))
      if (order.join() !== keys.join())
        broken(
          'Records were published in another order than outside. Return the items of a poll oldest first.'
        )
    }
  },
  {
    name: 'once',
    promise: 'What the outside gives again, also after a reset of the cursor, becomes no second event.',
    needs: ['records'],
    async run(scene) {
      const keys = await addRecords(scene, 4)
      await untilPublished(scene, keys, pages)
      await untilReported(scene, keys, 'The outside was not told of what was published.')
      await scene.outside.again?.()
      if (scene.definition.inbound) await scene.act('reset', { cursor: null })
      await untilPublished(scene, await addRecords(scene, 1), 'After a reset the kind read no more.')
      const hint = 'A reference must name the same version of a record each time that it is read.'
      await checkOnce(scene, keys, hint)
    }
  },
  {
    name: 'edited',
    promise: 'A record that changed outside becomes another event.',
    needs: ['records', 'edit'],
    async run(scene) {
      const [key = ''] = await addRecords(scene, 1)
      await untilPublished(scene, [key], pages)
      await scene.outside.edit?.(key)
      const hint =
        'A reference must name one version of a record: make the time or number of its change part of it.'
      await scene.until(`A changed record became no event. ${hint}`, () => scene.times(key) === 2)
    }
  },
  {
    name: 'bad-item',
    promise:
      'A record that cannot be used is quarantined with its reason, or the caller is told it, and the others go on.',
    needs: ['records'],
    async run(scene) {
      const [first = '', bad = '', third = ''] = await addRecords(scene, 3, [1])
      const hint = 'Give a bad record as { reference, fault, raw } instead of throwing or leaving it out.'
      await untilPublished(scene, [first, third], hint)
      const isKnown = async (): Promise<boolean> =>
        (await scene.shown()).counts.quarantined === 1 ||
        (scene.outside.beginCalls !== undefined && (await wasReported(scene, bad, true)))
      await scene.until(`A bad record was not quarantined: nobody would know of it. ${hint}`, isKnown)
    }
  },
  {
    name: 'acknowledged',
    promise: 'The outside is told what became of each record.',
    needs: ['records', 'outcomes', 'reported'],
    async run(scene) {
      const [bad = ''] = await addRecords(scene, 1, [0])
      const [good = ''] = await addRecords(scene, 1)
      const hint = 'inbound.acknowledge must tell the outside both outcomes: see outcome.quarantined.'
      await scene.until(`The outside was not told of a published record. ${hint}`, () =>
        wasReported(scene, good, false)
      )
      await scene.until(`The outside was not told of a quarantined record. ${hint}`, () =>
        wasReported(scene, bad, true)
      )
    }
  },
  {
    name: 'restart',
    promise: 'What came while the instance was stopped is read after it.',
    needs: ['records'],
    async run(scene) {
      await checkGoesOn(scene, 'The kind does not work yet.')
      await scene.act('pause')
      const keys = await addRecords(scene, 3)
      await pause(5000)
      await scene.act('restart')
      await scene.act('resume')
      await untilPublished(scene, keys, 'Go on from the cursor that poll is given, and from nothing else.')
    }
  },
  {
    name: 'apart',
    promise: 'Two instances know nothing of each other.',
    needs: ['records'],
    hasPeer: true,
    async run(scene, second) {
      const hint =
        'Keep nothing in variables of the module: what a connection needs belongs into its session.'
      const keys = await addRecords(scene, 3)
      await untilPublished(scene, keys, hint)
      const others = await addRecords(second, 3)
      await untilPublished(second, others, hint)
      if (keys.some((key) => second.times(key) > 0) || others.some((key) => scene.times(key) > 0))
        broken(`An instance published what belongs to another. ${hint}`)
    }
  },
  {
    name: 'slow-writer',
    promise: 'A record that is written slowly is taken once, and whole.',
    needs: ['records', 'addSlowly'],
    async run(scene) {
      const key = newKey()
      await scene.outside.addSlowly?.(key)
      const hint = 'Take a record only once its writer has finished.'
      await untilPublished(scene, [key], hint)
      await checkOnce(scene, [key], hint)
      if ((await scene.shown()).counts.quarantined > 0) broken(`Half of a record was quarantined. ${hint}`)
    }
  }
]
