import Type from 'typebox'
import { registryMediaTypes } from '../registry/negotiation.ts'
import type { AnswerDocument, BodyDocument, ParameterDocument } from './operation-document.ts'

/** Shapes of the Confluent Schema Registry API. */

const text =
  '{"type":"record","name":"Example","namespace":"lienthong.mau","fields":[{"name":"code","type":"string","doc":"A code."}]}'
export const subjectExample = 'lienthong.dossier-lienthong.dossier.DossierReceivedV1'

const Reference = Type.Object({
  name: Type.String({ description: 'The full name that the schema uses.' }),
  subject: Type.String(),
  version: Type.Integer()
})
const schemaMembers = {
  schema: Type.String({ description: 'The schema as text.' }),
  references: Type.Optional(Type.Array(Reference)),
  guid: Type.Optional(Type.String())
}

export const SchemaAnswer = Type.Object({
  ...schemaMembers,
  maxId: Type.Optional(Type.Integer({ description: 'The highest id, with `fetchMaxId`.' }))
})
export const VersionAnswer = Type.Object({
  subject: Type.String(),
  version: Type.Integer(),
  id: Type.Integer(),
  ...schemaMembers,
  deleted: Type.Optional(Type.Boolean())
})
export const schemaExample = { schema: text }
export const versionExample = { subject: subjectExample, version: 1, id: 14, ...schemaExample }

/** An answer of that API: the media type is the one that `Accept` prefers. */
export function registryAnswer(description: string, schema: object, example: unknown): AnswerDocument {
  return { description, schema, example, mediaTypes: registryMediaTypes }
}

export const Texts = Type.Array(Type.String())
export const Numbers = Type.Array(Type.Integer())

const bodyOf = (description: string, schema: object, example: unknown): BodyDocument => ({
  description,
  content: Object.fromEntries(registryMediaTypes.map((type) => [type, { schema, example }]))
})

const nullable = (type: string) => ({ type: [type, 'null'] })
export const schemaBody = bodyOf(
  'The schema. Only Avro is supported.',
  {
    type: 'object',
    required: ['schema'],
    properties: {
      schema: { type: 'string', description: 'The schema as text.' },
      schemaType: { ...nullable('string'), description: '`AVRO`, which it is without this.' },
      references: {
        type: ['array', 'null'],
        maxItems: 100,
        items: {
          type: 'object',
          properties: { name: nullable('string'), subject: nullable('string'), version: nullable('integer') },
          additionalProperties: false
        }
      },
      id: { ...nullable('integer'), description: 'The id that it must have.' },
      version: { ...nullable('integer'), description: 'The version that it must become.' },
      metadata: { description: 'Only empty.' },
      ruleSet: { description: 'Only empty.' },
      schemaTagsToAdd: { description: 'Only empty.' },
      schemaTagsToRemove: { description: 'Only empty.' },
      propagateSchemaTags: { description: 'Only empty.' }
    },
    additionalProperties: false
  },
  schemaExample
)
export const configBody = bodyOf(
  'The settings.',
  {
    type: 'object',
    properties: {
      compatibility: {
        ...nullable('string'),
        description: 'NONE, BACKWARD, FORWARD, FULL, or one of these with _TRANSITIVE.'
      },
      normalize: nullable('boolean'),
      alias: { description: 'Only empty.' },
      validateFields: { description: 'Only empty.' },
      compatibilityGroup: { description: 'Only empty.' },
      compatibilityPolicy: { description: 'Only empty.' },
      defaultMetadata: { description: 'Only empty.' },
      overrideMetadata: { description: 'Only empty.' },
      defaultRuleSet: { description: 'Only empty.' },
      overrideRuleSet: { description: 'Only empty.' }
    },
    additionalProperties: false
  },
  { compatibility: 'BACKWARD' }
)
export const modeBody = bodyOf(
  'The mode.',
  {
    type: 'object',
    required: ['mode'],
    properties: { mode: { type: 'string', description: 'Only READWRITE.' } },
    additionalProperties: false
  },
  { mode: 'READWRITE' }
)

const parameters = {
  deleted: ['`true`: deleted ones too.', 'false'],
  deletedOnly: ['`true`: only deleted ones.', 'false'],
  deletedAsNegative: ['`true`: deleted versions as negative numbers.', 'false'],
  latestOnly: ['`true`: only the newest version of each subject.', 'false'],
  permanent: ['`true`: for good, after a soft deletion.', 'false'],
  verbose: ['`true`: with messages.', 'true'],
  defaultToGlobal: ['`true`: the default, where the subject has none of its own.', 'true'],
  fetchMaxId: ['`true`: with the highest id.', 'false'],
  subjectPrefix: ['Only subjects that begin with this.', 'lienthong.'],
  contextPrefix: ['Only contexts that begin with this.', '.'],
  format: ['`default`; no other for schemas with references.', 'default']
} as const

/** Parameters of that API by name. Where one is not as described, it counts as absent. */
export function inQuery(...names: readonly (keyof typeof parameters)[]): readonly ParameterDocument[] {
  return names.map((name) => {
    const [description, example] = parameters[name]
    return { in: 'query', name, description, schema: { type: 'string' }, example }
  })
}

/** Of a list of that API. */
export const paging: readonly ParameterDocument[] = ['offset', 'limit'].map((name) => ({
  in: 'query',
  name,
  description: name === 'offset' ? 'How many items to pass over.' : 'Maximum number of items.',
  schema: { type: 'string', pattern: '^-?[0-9]{1,10}$' },
  example: '10'
}))

const unknownMembers: ParameterDocument = {
  in: 'header',
  name: 'confluent-accept-unknown-properties',
  description: '`true`: with members that came with version 8 of that API.',
  schema: { type: 'string' },
  example: 'true'
}
export const asSchema: readonly ParameterDocument[] = [...inQuery('format'), unknownMembers]
