import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import type { TopicNow } from '#engines/event-log/kafka/topic-ids.ts'
import { type TopicWatch, watchTopics } from '#engines/event-log/kafka/watch-topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'

const topic = 'lienthong.document'
const topicNow: TopicNow = { id: 'a', partitions: 3, leaders: new Map(), behind: [] }

interface Watched {
  readonly watch: TopicWatch
  /** What is in its log. */
  readonly lines: readonly string[]
  /** Lets it look, as often as this, at topics that are so; an error is what the brokers answer. */
  looks(found: Partial<TopicNow> | Error, times?: number): Promise<void>
}

async function start(t: TestContext): Promise<Watched> {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const lines: string[] = []
  let answer: Partial<TopicNow> | Error = {}
  const watch = await watchTopics({
    ...{ namespace: 'n.', topics: [topic], partitions: 3, now: Date.now },
    ids: {
      async ask() {
        if (answer instanceof Error) throw answer
        return new Map([[`n.${topic}`, { ...topicNow, ...answer }]])
      }
    },
    known: async () => new Map([[topic, 'a']]),
    onAccepted: () => {},
    confirm: async () => {},
    logger: createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  })
  t.after(() => watch.close())
  return {
    ...{ watch, lines },
    async looks(found, times = 1) {
      answer = found
      for (let time = 0; time < times; time += 1) {
        t.mock.timers.tick(2000)
        await new Promise(setImmediate)
      }
    }
  }
}

it('partitions that lack copies are counted and told until their copies are in step', async (t) => {
  const { watch, looks } = await start(t)
  assert.deepEqual([watch.missingCopies(), watch.warning()], [0, undefined])
  await looks({ behind: [0, 2] })
  assert.equal(watch.missingCopies(), 2)
  assert.match(watch.warning() ?? '', /^2 partition.*first lienthong\.document\/0, have fewer copies/)
  await looks({ behind: [2] })
  assert.equal(watch.missingCopies(), 1)
  await looks({})
  assert.deepEqual([watch.missingCopies(), watch.warning()], [0, undefined])
})

it('topics that cannot be looked at are told with what was known of their copies, until they can', async (t) => {
  const { watch, looks, lines } = await start(t)
  await looks({ behind: [0] })
  const copies = watch.warning() ?? ''
  assert.match(copies, /^1 partition/)
  await looks(new TypeError('nobody answers'), 4)
  assert.equal(watch.warning(), copies)
  await looks(new TypeError('nobody answers'))
  await looks(new TypeError('nor now'), 20)
  assert.match(watch.warning() ?? '', /^The topics of the event log cannot be looked at.* 1 partition/)
  await looks({})
  assert.equal(watch.warning(), undefined)
  assert.equal(lines.filter((line) => line.includes('cannot be looked at; see err')).length, 1)
  assert.equal(lines.filter((line) => line.includes('are looked at again')).length, 1)
})

it('a topic that is gone is logged once, and once when it is back, however often it is looked at', async (t) => {
  const { watch, looks, lines } = await start(t)
  await looks({ partitions: 4 }, 20)
  assert.throws(() => watch.check(), /4 partitions/)
  await looks({}, 3)
  watch.check()
  assert.deepEqual(
    lines.map((line) => /"msg":"([^:;"]*)/.exec(line)?.[1]),
    ['writing and reading the event log are stopped', 'the topics are as they must be again']
  )
})
