import Type from 'typebox'
import type { OperationDocuments } from '../operation-document.ts'
import {
  asSchema,
  inQuery,
  Numbers,
  paging,
  registryAnswer,
  SchemaAnswer,
  schemaExample,
  subjectExample,
  Texts,
  VersionAnswer,
  versionExample
} from '../registry-shapes.ts'

const Place = Type.Object({ subject: Type.String(), version: Type.Integer() })
const ContextId = Type.Object({ context: Type.String(), id: Type.Integer() })
const SchemaText = Type.Object({}, { additionalProperties: true, description: 'The schema itself.' })
const schemaText = Type.Union([SchemaText, Type.String(), Type.Array(Type.Unknown())])
const schema = registryAnswer('The schema.', SchemaAnswer, schemaExample)
const version = registryAnswer('The version.', VersionAnswer, versionExample)
const text = registryAnswer('The text of the schema.', schemaText, {
  type: 'record',
  name: 'Example',
  fields: []
})

const ofSubject = [40401]
const ofVersion = [40401, 40402, 42202]
const ofFormat = [42205]
const ofSchema = [404, 40403]

export const registryReadOperations: OperationDocuments = {
  'GET /registry': {
    id: 'checkRegistry',
    description: 'Answers an empty object, so that clients know that there is a registry.',
    answers: { 200: registryAnswer('It is one.', Type.Object({}), {}) }
  },
  'GET /registry/contexts': {
    id: 'listContexts',
    description: 'The contexts of the registry. There is one, named `.`.',
    parameters: [...inQuery('contextPrefix'), ...paging],
    answers: { 200: registryAnswer('The contexts.', Texts, ['.']) }
  },
  'GET /registry/schemas/types': {
    id: 'listSchemaTypes',
    description: 'The kinds of schemas that can be registered: only Avro.',
    answers: { 200: registryAnswer('The kinds.', Texts, ['AVRO']) }
  },
  'GET /registry/schemas': {
    id: 'listSchemas',
    description:
      'All versions of all subjects, at most 1,000 and four million characters in an answer; continue with `offset`.',
    parameters: [...inQuery('subjectPrefix', 'deleted', 'deletedOnly', 'latestOnly'), ...paging, ...asSchema],
    answers: { 200: registryAnswer('The versions.', Type.Array(VersionAnswer), [versionExample]) },
    registryErrors: ofFormat
  },
  'GET /registry/schemas/ids/{id}': {
    id: 'readSchemaById',
    description: 'The schema with an id, as serializers write it before a record.',
    parameters: [...inQuery('fetchMaxId'), ...asSchema],
    answers: { 200: schema },
    registryErrors: [...ofSchema, ...ofFormat]
  },
  'GET /registry/schemas/ids/{id}/schema': {
    id: 'readSchemaTextById',
    description: 'The schema with an id, without anything around it.',
    parameters: asSchema,
    answers: { 200: text },
    registryErrors: [...ofSchema, ...ofFormat]
  },
  'GET /registry/schemas/ids/{id}/subjects': {
    id: 'listSubjectsOfSchema',
    description: 'The subjects that have the schema.',
    parameters: [...inQuery('deleted', 'deletedOnly'), ...paging],
    answers: { 200: registryAnswer('Their names.', Texts, [subjectExample]) },
    registryErrors: ofSchema
  },
  'GET /registry/schemas/ids/{id}/versions': {
    id: 'listVersionsOfSchema',
    description: 'The subjects and versions that have the schema.',
    parameters: [...inQuery('deleted', 'deletedOnly'), ...paging],
    answers: {
      200: registryAnswer('The versions.', Type.Array(Place), [{ subject: subjectExample, version: 1 }])
    },
    registryErrors: ofSchema
  },
  'GET /registry/schemas/guids/{guid}': {
    id: 'readSchemaByGuid',
    description: 'The schema with a GUID, which is the same in every registry.',
    parameters: asSchema,
    answers: { 200: schema },
    registryErrors: [40403, ...ofFormat]
  },
  'GET /registry/schemas/guids/{guid}/ids': {
    id: 'listIdsOfGuid',
    description: 'The ids of the schema with a GUID. There is one.',
    parameters: paging,
    answers: { 200: registryAnswer('The ids.', Type.Array(ContextId), [{ context: '.', id: 14 }]) },
    registryErrors: [40403]
  },
  'GET /registry/subjects': {
    id: 'listSubjects',
    description: 'The names of all subjects.',
    parameters: [...inQuery('subjectPrefix', 'deleted', 'deletedOnly'), ...paging],
    answers: { 200: registryAnswer('Their names.', Texts, [subjectExample]) }
  },
  'GET /registry/subjects/{subject}/metadata': {
    id: 'readVersionByMetadata',
    description: 'The newest version with given metadata. No version has any, so there is never one.',
    parameters: inQuery('deleted', 'deletedOnly'),
    answers: {},
    registryErrors: [...ofSubject, 40403]
  },
  'GET /registry/subjects/{subject}/versions': {
    id: 'listVersions',
    description: 'The numbers of the versions of a subject.',
    parameters: [...inQuery('deleted', 'deletedOnly', 'deletedAsNegative'), ...paging],
    answers: { 200: registryAnswer('Their numbers.', Numbers, [1, 2]) },
    registryErrors: ofSubject
  },
  'GET /registry/subjects/{subject}/versions/{version}': {
    id: 'readVersion',
    description: 'A version of a subject, by number or the newest.',
    parameters: [...inQuery('deleted'), ...asSchema],
    answers: { 200: version },
    registryErrors: [...ofVersion, ...ofFormat]
  },
  'GET /registry/subjects/{subject}/versions/{version}/schema': {
    id: 'readVersionText',
    description: 'The schema of a version, without anything around it.',
    parameters: [...inQuery('deleted'), ...asSchema],
    answers: { 200: text },
    registryErrors: [...ofVersion, ...ofFormat]
  },
  'GET /registry/subjects/{subject}/versions/{version}/referencedby': {
    id: 'listReferrers',
    description: 'The ids of schemas that refer to a version.',
    parameters: [...inQuery('deleted'), ...paging],
    answers: { 200: registryAnswer('Their ids.', Numbers, [15]) },
    registryErrors: ofVersion
  }
}
