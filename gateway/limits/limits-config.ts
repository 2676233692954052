import Type, { type Static } from 'typebox'

const day = 86_400_000

/** `gateway.limits:` in lienthong.yaml. */
export const LimitsConfig = Type.Object(
  {
    requestsPerSecond: Type.Integer({
      default: 20_000,
      minimum: 1,
      description:
        'Requests one agency may send in a second; more get 429. The default is beyond what one machine answers: agencies share the machine fairly without it, so set it only to hold each of them below that.'
    }),
    bytesPerMinute: Type.Integer({
      default: 17_179_869_184,
      minimum: 1024,
      description:
        'Bytes of request bodies, uploads included, that one agency may send in a minute; more get 429.'
    }),
    openRequests: Type.Integer({
      default: 2000,
      minimum: 1,
      description:
        'Requests one agency may have open at the same time, waiting inbox readers included; more get 429.'
    }),
    longPolls: Type.Integer({
      default: 1000,
      minimum: 1,
      description: 'Inbox readers (`waitSeconds`) one agency may have waiting at the same time; more get 429.'
    }),
    bodyBytes: Type.Integer({
      default: 4_194_304,
      minimum: 65_536,
      description:
        'Bytes of request bodies of one agency that are read into memory at the same time, attachments aside. Further requests wait, unread, up to ten seconds for the ones before them; then, or where a hundred wait already, they get 429.'
    }),
    answerBytes: Type.Integer({
      default: 16_777_216,
      minimum: 65_536,
      description:
        'Bytes of answers kept in memory for one agency until it takes them, attachments aside. Further answers wait up to ten seconds for room; then their requests get 429.'
    }),
    answerStallMs: Type.Integer({
      default: 30_000,
      minimum: 100,
      maximum: day,
      description:
        'How long a caller may take nothing of an answer; the connection is closed within twice this time.'
    }),
    connections: Type.Optional(
      Type.Integer({
        minimum: 8,
        description:
          'Connections open at the same time, of all callers; more are refused. Absent: half of the file descriptors that the process may open, after 128 kept back for the bus itself and the management port.'
      })
    ),
    connectionsPerAddress: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Connections from one IP address, or one IPv6 network of 64 bits. Behind a proxy all connections come from its address: then set it as high as `connections`, and limit addresses at the proxy. Absent: half of `connections`.'
      })
    )
  },
  { additionalProperties: false, default: {}, description: 'What one agency, or one address, may use.' }
)
export type LimitsConfig = Static<typeof LimitsConfig>
