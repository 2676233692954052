import { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import type { LiveFeed, LiveItem } from '#consumers/live/read.ts'
import { languageOf, toProblem } from '#protocol/errors/problem.ts'
import { type AuthorizationOptions, checkAgain, checkStillAuthorized } from '../../plugins/authentication.ts'
import { whenClosed } from '../../plugins/when-closed.ts'

export interface LiveOptions extends AuthorizationOptions {
  readonly live: LiveFeed
  readonly now: () => number
  /** Aborts when the gateway stops. */
  readonly stopping: AbortSignal
}

const Headers = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ pattern: '^[0-9]{1,15}$', description: 'The number of the last event that was received.' })
  )
})

/** Rights are checked, and a sign of life is sent, at least this often. */
const heartbeatMs = 2000
/** A reader that is further behind is told so and goes on at the end. */
const longestReplay = 10_000
/** Memory for what waits to be sent to one reader. */
const memory = 65_536

/**
 * `GET /v1/live`: server-sent events, one for each event that is archived, without its payload. A reader takes at
 * its own pace from the archive, and nothing is kept for it; one that takes nothing is disconnected. Ends when the caller may
 * not read any more.
 */
export const liveEvents: FastifyPluginAsync<LiveOptions> = async (app, options) => {
  const { live, now, stopping } = options
  app.get<{ Headers: Static<typeof Headers> }>(
    '/v1/live',
    {
      exposeHeadRoute: false,
      config: { token: 'plain', rights: 'own-or-all', answerBytes: memory },
      schema: {
        summary:
          'Events as they are archived (server-sent events), without payload; those of the own agency, or all for operators and auditors',
        tags: ['lookups'],
        security: [{ plain: [] }],
        headers: Headers,
        response: { 200: { content: { 'text/event-stream': { schema: Type.String() } } } }
      }
    },
    async (request, reply) => {
      const { caller, headers } = request
      request.use?.beginLongPoll()
      const gone = new AbortController()
      whenClosed(reply, () => gone.abort())
      const signal = AbortSignal.any([gone.signal, stopping])
      const language = languageOf(headers['accept-language'])
      const agency = caller.seesAll ? undefined : caller.agency
      const given = headers['last-event-id']
      const lastId = given === undefined ? undefined : Number(given)

      async function* stream(): AsyncGenerator<string> {
        let lookedAt = performance.now()
        const end = await live.last()
        let at = Math.min(lastId ?? end, end)
        if (end - at > longestReplay) {
          yield eventOf('gap', { from: at + 1, to: end - longestReplay }, end - longestReplay)
          at = end - longestReplay
        } else yield ': connected\n\n'
        while (!signal.aborted) {
          const seen = live.seen()
          try {
            checkStillAuthorized(options, caller, now())
            if (performance.now() - lookedAt >= heartbeatMs) {
              await checkAgain(options, caller, now)
              lookedAt = performance.now()
            }
          } catch (error) {
            yield eventOf('problem', toProblem(error, { language, traceId: request.traceId }), at)
            return
          }
          const batch = await live.after(at, agency)
          const isNew = batch.end > at
          at = batch.end
          const text = batch.items.map(itemOf).join('')
          // A batch that shows nothing moves the place of a reader all the same.
          if (text !== '' || isNew) yield text || `id: ${at}\n: nothing to see\n\n`
          if (isNew) continue
          await live.wait(seen, heartbeatMs, signal)
          yield ': .\n\n'
        }
      }

      reply.header('cache-control', 'no-store').type('text/event-stream; charset=utf-8')
      return reply.send(Readable.from(stream(), { objectMode: false, highWaterMark: memory }))
    }
  )
}

function itemOf(item: LiveItem): string {
  return `id: ${item.number}\ndata: ${JSON.stringify(item)}\n\n`
}

function eventOf(name: string, data: object, id: number): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}
