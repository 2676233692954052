import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Turns } from '#bus/fair-use/turns.ts'
import type { Publishing, PublishResult } from '#bus/publishing/publish.ts'
import { languageOf, toProblem } from '#protocol/errors/problem.ts'
import type { ReadEvent } from '#protocol/events/event-stages.ts'
import { openSubmission } from '#protocol/trust/submission.ts'
import { systemThatSent } from '../../plugins/authentication.ts'
import { ProblemSchema, ProofSchema } from '../shapes.ts'
import { decodeRequest } from './decode-request.ts'

export interface PublishEventsOptions {
  readonly publishing: Publishing
  readonly turns: Pick<Turns, 'next'>
}

const Result = Type.Object({
  source: Type.String(),
  id: Type.String(),
  status: Type.Union([Type.Literal('accepted'), Type.Literal('repeated'), Type.Literal('rejected')]),
  hash: Type.Optional(Type.String({ description: 'Hash of the event, as in `/v1/events/{hash}`.' })),
  recordedtime: Type.Optional(
    Type.String({ description: "When the bus recorded the event; part of the receipt's leaf." })
  ),
  receipt: Type.Optional(ProofSchema),
  problem: Type.Optional(ProblemSchema)
})
const Results = Type.Object({ results: Type.Array(Result) })

const schema = {
  summary: 'Publish one event (structured or binary) or a batch of up to 500',
  tags: ['events'],
  security: [{ submission: [] }],
  response: { 202: Results, 207: Results }
}

/** `POST /v1/events`: publishes what the caller signed. Events sent again are answered with their first receipts. */
export const publishEvents: FastifyPluginAsync<PublishEventsOptions> = async (app, options) => {
  app.post(
    '/v1/events',
    { config: { token: 'publish', rights: 'own' }, schema, serializerCompiler: () => String },
    (request, reply) => publish(request, reply, options)
  )
}

/** A batch is read, hashed, checked and answered in parts, each in a turn of its agency. */
async function publish(
  request: FastifyRequest,
  reply: FastifyReply,
  { publishing, turns }: PublishEventsOptions
): Promise<unknown> {
  const caller = systemThatSent(request)
  const { token } = caller
  const turn = (): Promise<void> | undefined => turns.next(caller.agency)
  const { batch, events } = decodeRequest(request.headers, request.body as Buffer)
  const written: ReadEvent[] = []
  for (const event of events) {
    if (event) written.push(event)
    await turn()
  }
  const leaves = written.map(({ hash }) => Buffer.from(hash, 'hex'))
  const proofs =
    token.kind === 'submission'
      ? openSubmission(
          written.map(({ value }) => value),
          token,
          leaves
        )
      : undefined
  const results = await publishing.publish({
    publisher: { system: caller.system, agency: caller.agency, kid: caller.kid, hosted: false },
    events: written.map((one, index) => ({ ...one, signature: proofs?.[index] })),
    traceparent: request.traceparent
  })
  const [first] = results
  if (!batch && first?.status === 'rejected') throw first.error
  if (!batch && first && first.status !== 'rejected') reply.header('location', `/v1/events/${first.hash}`)
  const refusedFor = results.flatMap((result) => (result.status === 'rejected' ? [result.error] : []))
  if (refusedFor.length > 0) request.refusedFor = refusedFor
  const texts: string[] = []
  for (const result of results) {
    if (batch) await turn()
    texts.push(JSON.stringify(toResult(result, request)))
  }
  return reply
    .code(refusedFor.length > 0 ? 207 : 202)
    .type('application/json; charset=utf-8')
    .send(`{"results":[${texts.join(',')}]}`)
}

function toResult(result: PublishResult, request: FastifyRequest): object {
  const { source, id, status } = result
  if (result.status === 'rejected') {
    const problem = toProblem(result.error, {
      language: languageOf(request.headers['accept-language']),
      traceId: request.traceId
    })
    return { source, id, status, problem }
  }
  return { source, id, status, hash: result.hash, recordedtime: result.recordedTime, receipt: result.receipt }
}
