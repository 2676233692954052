import Type from 'typebox'
import type { OperationDocuments } from '../operation-document.ts'
import {
  asSchema,
  inQuery,
  registryAnswer,
  schemaBody,
  VersionAnswer,
  versionExample
} from '../registry-shapes.ts'

const needsAct =
  'A change needs a signed act. This operation checks the change and answers `40302`; `lienthong registry-proxy` then makes the act.'
const Compatibility = Type.Object({
  is_compatible: Type.Boolean(),
  messages: Type.Optional(Type.Array(Type.String(), { description: 'What is not, with `verbose`.' }))
})
const compatible = registryAnswer('Whether it is.', Compatibility, { is_compatible: true })
const ofDeletion = [40302, 40401, 40404, 40405, 42205, 42206]
const ofSchema = [42201, 42205, 42209, 40901]

export const registryChangeOperations: OperationDocuments = {
  'POST /registry/subjects/{subject}': {
    id: 'lookUpSchema',
    description: 'Whether a subject has a schema, and as which version.',
    parameters: [...inQuery('deleted'), ...asSchema],
    body: schemaBody,
    answers: { 200: registryAnswer('The version.', VersionAnswer, versionExample) },
    registryErrors: [40401, 40403, ...ofSchema]
  },
  'POST /registry/subjects/{subject}/versions': {
    id: 'registerSchema',
    description: `Registers a schema as the next version of a subject; answers its id if it is registered already. ${needsAct}`,
    body: schemaBody,
    answers: {
      200: registryAnswer('It is registered already.', Type.Object({ id: Type.Integer() }), { id: 14 })
    },
    registryErrors: [40302, 409, 42206, ...ofSchema]
  },
  'DELETE /registry/subjects/{subject}': {
    id: 'deleteSubject',
    description: `Deletes all versions of a subject. ${needsAct}`,
    parameters: inQuery('permanent'),
    answers: {},
    registryErrors: ofDeletion
  },
  'DELETE /registry/subjects/{subject}/versions/{version}': {
    id: 'deleteVersion',
    description: `Deletes a version. ${needsAct}`,
    parameters: inQuery('permanent'),
    answers: {},
    registryErrors: [...ofDeletion, 40402, 40406, 40407, 42202]
  },
  'POST /registry/compatibility/subjects/{subject}/versions': {
    id: 'checkCompatibility',
    description: 'Whether a schema may become the next version of a subject, by its compatibility level.',
    parameters: inQuery('verbose'),
    body: schemaBody,
    answers: { 200: compatible },
    registryErrors: ofSchema
  },
  'POST /registry/compatibility/subjects/{subject}/versions/{version}': {
    id: 'checkCompatibilityWithVersion',
    description: 'Whether a schema is compatible with one version of a subject.',
    parameters: inQuery('verbose'),
    body: schemaBody,
    answers: { 200: compatible },
    registryErrors: [40401, 40402, 42202, ...ofSchema]
  }
}
