import Type from 'typebox'
import type { OperationDocument, OperationDocuments } from '../operation-document.ts'
import { configBody, inQuery, modeBody, registryAnswer } from '../registry-shapes.ts'

const Level = Type.Object({
  compatibilityLevel: Type.String(),
  normalize: Type.Optional(Type.Boolean())
})
const Settings = Type.Object({
  compatibility: Type.Optional(Type.String()),
  normalize: Type.Optional(Type.Boolean())
})
const Mode = Type.Object({ mode: Type.Literal('READWRITE') })
const level = registryAnswer('The level.', Level, { compatibilityLevel: 'BACKWARD' })
const set = registryAnswer('It is in force already.', Settings, { compatibility: 'BACKWARD' })
const mode = registryAnswer('The mode.', Mode, { mode: 'READWRITE' })
const needsAct = 'A change answers `40302`; `lienthong registry-proxy` makes the act that it needs.'

const readMode: Omit<OperationDocument, 'id'> = {
  description: 'The mode, which is always READWRITE.',
  answers: { 200: mode }
}
const setMode: Omit<OperationDocument, 'id'> = {
  description: 'Accepts READWRITE, the only mode, and changes nothing.',
  body: modeBody,
  answers: { 200: mode },
  registryErrors: [42204, 42205]
}

export const registrySettingOperations: OperationDocuments = {
  'GET /registry/config': {
    id: 'readDefaultLevel',
    description: 'The compatibility level of subjects that have none of their own.',
    answers: { 200: level }
  },
  'PUT /registry/config': {
    id: 'setDefaultLevel',
    description: `Sets the default compatibility level. ${needsAct}`,
    body: configBody,
    answers: { 200: set },
    registryErrors: [40302, 42203, 42205]
  },
  'DELETE /registry/config': {
    id: 'removeDefaultLevel',
    description: `Removes the default compatibility level; BACKWARD holds then. ${needsAct}`,
    answers: { 200: level },
    registryErrors: [40302]
  },
  'GET /registry/config/{subject}': {
    id: 'readLevel',
    description: 'The compatibility level of a subject.',
    parameters: inQuery('defaultToGlobal'),
    answers: { 200: level },
    registryErrors: [40408]
  },
  'PUT /registry/config/{subject}': {
    id: 'setLevel',
    description: `Sets the compatibility level of a subject. ${needsAct}`,
    body: configBody,
    answers: { 200: set },
    registryErrors: [40302, 42203, 42205]
  },
  'DELETE /registry/config/{subject}': {
    id: 'removeLevel',
    description: `Removes the compatibility level of a subject. ${needsAct}`,
    answers: {},
    registryErrors: [40302, 40401]
  },
  'GET /registry/mode': { id: 'readMode', ...readMode },
  'PUT /registry/mode': { id: 'setMode', ...setMode },
  'DELETE /registry/mode': { id: 'removeMode', ...readMode },
  'GET /registry/mode/{subject}': {
    ...readMode,
    id: 'readModeOfSubject',
    parameters: inQuery('defaultToGlobal'),
    registryErrors: [40409]
  },
  'PUT /registry/mode/{subject}': { id: 'setModeOfSubject', ...setMode },
  'DELETE /registry/mode/{subject}': {
    id: 'removeModeOfSubject',
    description: 'A subject never has a mode of its own, so there is never one to remove.',
    answers: {},
    registryErrors: [40401]
  }
}
