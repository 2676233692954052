import type { TSchema } from 'typebox'
import Type from 'typebox'
import { kindsOf } from '#bus/control/kinds.ts'
import {
  AgencyEntrySchema,
  AgreementEntrySchema,
  BusKeyEntrySchema,
  RightEntrySchema,
  SubjectEntrySchema,
  SystemEntrySchema
} from '../control-shapes.ts'
import { actHash, at, event, jwk, recipient, sender, system } from '../examples.ts'
import { type OperationDocument, type OperationDocuments, toComponent } from '../operation-document.ts'

/** A list of the control state, its items, and the acts that change them. */
interface ListDocument {
  readonly path: string
  /** Path of one item, below that of the list. */
  readonly item: string
  /** Names of operations: list, item, act. */
  readonly ids: readonly [string, string, string]
  readonly what: string
  readonly one: string
  readonly kinds: readonly string[]
  readonly schema: TSchema
  readonly example: object
  readonly act: object
}

const last = actHash
const lists: readonly ListDocument[] = [
  {
    path: '/v1/agencies',
    item: '/{code}',
    ids: ['listAgencies', 'readAgency', 'actOnAgency'],
    what: 'Agencies by code, closed ones included.',
    one: 'An agency.',
    kinds: kindsOf('agency'),
    schema: AgencyEntrySchema,
    example: { resource: `/agencies/${sender}`, code: sender, name: 'Sở mẫu A', status: 'active', last },
    act: { act: 'agency.added', resource: `/agencies/${sender}`, previous: null, name: 'Sở mẫu A' }
  },
  {
    path: '/v1/systems',
    item: '/agencies/{agency}/systems/{system}',
    ids: ['listSystems', 'readSystem', 'actOnSystem'],
    what: 'Systems with their public keys, past ones included.',
    one: "A system with its keys. The bus's own systems are at `/v1/systems/bus/systems/{name}`.",
    kinds: kindsOf('system', 'key'),
    schema: SystemEntrySchema,
    example: {
      resource: system,
      agency: sender,
      status: 'active',
      roles: [],
      unsigned: false,
      hosted: false,
      boundOnly: false,
      keys: [{ key: jwk, validFrom: at }],
      last
    },
    act: { act: 'system.suspended', resource: system, previous: last, reason: 'Nghi lộ khóa' }
  },
  {
    path: '/v1/bus-keys',
    item: '/bus/keys/{kid}',
    ids: ['listBusKeys', 'readBusKey', 'addBusKey'],
    what: 'Keys that the bus signs receipts with, past ones included.',
    one: 'A key of the bus.',
    kinds: kindsOf('bus-key'),
    schema: BusKeyEntrySchema,
    example: { resource: '/bus/keys/bus-2026', key: jwk, validFrom: at, last },
    act: { act: 'bus-key.added', resource: '/bus/keys/bus-2026', previous: null, key: jwk }
  },
  {
    path: '/v1/rights',
    item: '/agencies/{agency}/systems/{system}/{type}',
    ids: ['listRights', 'readRight', 'actOnRight'],
    what: 'Which systems may publish which event types.',
    one: 'The right of a system to publish an event type.',
    kinds: kindsOf('right'),
    schema: RightEntrySchema,
    example: { resource: system, type: event.type, recipients: 'agreements', last },
    act: {
      act: 'right.granted',
      resource: system,
      previous: last,
      type: event.type,
      recipients: 'agreements'
    }
  },
  {
    path: '/v1/agreements',
    item: '/{agreement}',
    ids: ['listAgreements', 'readAgreement', 'actOnAgreement'],
    what: 'Agreements to share data: those of the calling agency, all for operators and auditors.',
    one: 'An agreement that the caller may see.',
    kinds: kindsOf('agreement'),
    schema: AgreementEntrySchema,
    example: {
      resource: '/agreements/a-b-dossiers',
      provider: sender,
      consumer: recipient,
      types: [event.type],
      purpose: 'Giải quyết thủ tục hành chính',
      legalBasis: 'Quyết định mẫu',
      status: 'signed',
      last
    },
    act: {
      act: 'agreement.drafted',
      resource: '/agreements/a-b-dossiers',
      previous: null,
      provider: sender,
      consumer: recipient,
      types: [event.type],
      purpose: 'Giải quyết thủ tục hành chính',
      legalBasis: 'Quyết định mẫu'
    }
  },
  {
    path: '/v1/schemas',
    item: '/schemas/{type}',
    ids: ['listSchemaSubjects', 'readSchemaSubject', 'actOnSchema'],
    what: 'Subjects of the schema registry, and the registry itself, with the last act on each.',
    one: 'The subject of an event type. Other subjects are at `/v1/schemas/subjects/{subject}`.',
    kinds: kindsOf('schema', 'registry-config'),
    schema: SubjectEntrySchema,
    example: {
      resource: `/schemas/${event.type}`,
      type: event.type,
      owner: '/bus',
      versions: [{ version: 1, id: 14, deleted: false }],
      last
    },
    act: { act: 'schema.deleted', resource: `/schemas/${event.type}`, previous: last, version: 1 }
  }
]

export const controlOperations: OperationDocuments = Object.fromEntries(lists.flatMap(operationsOf))

/** The paths of single items, which one route each answers: what follows the list's path is the item's name. */
export const itemPaths: Readonly<Record<string, string>> = Object.fromEntries(
  lists.map(({ path, item }) => [`${path}/*`, `${path}${item}`])
)

function operationsOf(list: ListDocument): readonly (readonly [string, OperationDocument])[] {
  const { path, item, ids, what, one, kinds, schema, example, act } = list
  const [listId, itemId, actId] = ids
  return [
    [
      `GET ${path}`,
      {
        id: listId,
        description: `${what} Sorted and paged by name; with \`agency\` those of one agency.`,
        answers: {
          200: {
            description: 'A page.',
            schema: Type.Object({ items: Type.Array(schema), next: Type.Optional(Type.String()) }),
            example: { items: [example] },
            headers: { link: { description: 'The next page (RFC 8288).', schema: { type: 'string' } } }
          }
        }
      }
    ],
    [
      `GET ${path}${item}`,
      {
        id: itemId,
        description: `${one} \`last\` is what the next act on it must name as \`previous\`.`,
        answers: { 200: { description: 'The entry.', schema, example } },
        errors: ['BUS_NOT_FOUND']
      }
    ],
    [
      `POST ${path}`,
      {
        id: actId,
        description: `Posts an act: ${kinds.join(', ')}. An act is a signed change that is kept for ever. It names the last act on the same resource as \`previous\`, so that two changes never cross. It is in force in every process when it is answered.`,
        body: {
          description: 'The act. The token is signed over exactly these bytes.',
          content: {
            'application/json': {
              schema: { anyOf: kinds.map((kind) => toComponent(`act.${kind}`)) },
              example: act
            }
          }
        },
        answers: {
          201: {
            description: 'Recorded, and in force.',
            example: { number: 5, act: kinds[0], resource: '/agencies/000.00.91.H03', hash: actHash }
          }
        },
        errors: [
          'BUS_ACT_INVALID',
          'BUS_ACT_CONFLICT',
          ...(kinds.some((kind) => kind.endsWith('key.added') || kind === 'system.added')
            ? (['BUS_KEY_INVALID'] as const)
            : []),
          ...(kinds.includes('schema.registered')
            ? ([
                'BUS_SCHEMA_INVALID',
                'BUS_SCHEMA_INCOMPATIBLE',
                'BUS_SCHEMA_IN_USE',
                'BUS_NOT_FOUND'
              ] as const)
            : [])
        ]
      }
    ]
  ]
}
