import type { FastifyPluginAsync } from 'fastify'
import Type, { type Static } from 'typebox'
import { type Attachments, keptMs } from '#bus/attachments/attachments.ts'
import type { Control } from '#bus/control/control.ts'
import { maxRecipients } from '#protocol/events/event.ts'
import { clockLeewaySeconds, maxLifeSeconds, tokenType } from '#protocol/trust/token.ts'
import { maxBatch } from '../events/decode-request.ts'
import { maxAnswers } from '../inbox/acknowledge.ts'
import { inboxLimits } from '../inbox/read-inbox.ts'
import { maxLimit } from '../lookups/page.ts'

export interface AboutOptions {
  readonly publicUrl: string
  readonly control: Control
  readonly attachments: Pick<Attachments, 'maxBytes' | 'maxPerEvent'>
  readonly maxBodyBytes: number
  readonly maxAttachmentBytes: number
  readonly now: () => number
}

const limit = (description: string) => Type.Integer({ minimum: 0, description })

const About = Type.Object({
  audience: Type.String({
    description: 'The public URL of the gateway: `aud` of tokens must be exactly this.'
  }),
  time: Type.String({ format: 'date-time', description: 'The clock of the gateway as it answered.' }),
  token: Type.Object({
    type: Type.String({ description: '`typ` of tokens.' }),
    lifetimeSeconds: limit('Longest time from `iat` to `exp`.'),
    clockToleranceSeconds: limit("How far `iat` may be ahead of the gateway's clock.")
  }),
  busKeys: Type.Object({
    url: Type.String({ description: 'Where the public keys of the bus are (RFC 7517).' }),
    kids: Type.Array(Type.String(), { description: 'Their `kid`s, past ones included.' })
  }),
  limits: Type.Object({
    bodyBytes: limit('Bytes of a request body, attachments aside.'),
    eventsPerRequest: limit('Events published by one request.'),
    recipientsPerEvent: limit('Recipients of one event.'),
    attachmentBytes: limit('Bytes of one attachment. An upload may be sent in parts of any size.'),
    attachmentsPerEvent: limit('Attachments that one event lists.'),
    attachmentBytesPerEvent: limit('Bytes of all attachments that one event lists.'),
    unlistedAttachmentSeconds: limit('How long an attachment is kept that no event lists, complete or not.'),
    inboxPage: limit('Events on one page of the inbox.'),
    inboxTypes: limit('Event types that `type` of the inbox names.'),
    inboxWaitSeconds: limit('Longest `waitSeconds` of the inbox.'),
    answersPerRequest: limit('Answers to events in one request.'),
    listPage: limit('Items on one page of other lists.')
  }),
  documents: Type.Object({
    openapi: Type.String({ description: 'The API of this bus (OpenAPI).' }),
    asyncapi: Type.String({ description: 'Its events (AsyncAPI).' }),
    problems: Type.String({ description: 'Every problem and what to do.' })
  })
})

/** What a gateway says of itself. */
export type About = Static<typeof About>

/** `GET /.well-known/lienthong`: what a system must know before its first request. */
export const about: FastifyPluginAsync<AboutOptions> = async (app, options) => {
  const { publicUrl, control, attachments, maxBodyBytes, maxAttachmentBytes, now } = options
  app.get(
    '/.well-known/lienthong',
    {
      config: { token: 'none', rights: 'open' },
      schema: {
        summary: 'Audience, clock, limits and keys of this bus',
        tags: ['descriptions'],
        response: { 200: About }
      }
    },
    async (_request, reply): Promise<About> => {
      reply.header('cache-control', 'no-store')
      return {
        audience: publicUrl,
        time: new Date(now()).toISOString(),
        token: {
          type: tokenType,
          lifetimeSeconds: maxLifeSeconds,
          clockToleranceSeconds: clockLeewaySeconds
        },
        busKeys: {
          url: `${publicUrl}/.well-known/jwks.json`,
          kids: [...control.state.busKeys.values()].map(({ jwk }) => jwk.kid)
        },
        limits: {
          bodyBytes: maxBodyBytes,
          eventsPerRequest: maxBatch,
          recipientsPerEvent: maxRecipients,
          attachmentBytes: maxAttachmentBytes,
          attachmentsPerEvent: attachments.maxPerEvent,
          attachmentBytesPerEvent: attachments.maxBytes,
          unlistedAttachmentSeconds: keptMs / 1000,
          inboxPage: inboxLimits.events,
          inboxTypes: inboxLimits.types,
          inboxWaitSeconds: inboxLimits.waitSeconds,
          answersPerRequest: maxAnswers,
          listPage: maxLimit
        },
        documents: {
          openapi: `${publicUrl}/openapi.json`,
          asyncapi: `${publicUrl}/asyncapi.json`,
          problems: `${publicUrl}/problems`
        }
      }
    }
  )
}
