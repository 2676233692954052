import type { DocumentedRights } from '../rights.ts'
import type {
  AnswerDocument,
  MediaDocument,
  OperationDocument,
  ParameterDocument
} from './operation-document.ts'
import { operationDocuments } from './operations.ts'
import { knownParameter } from './parameters.ts'
import { type NamedAnswer, type OperationTraits, problemAnswers, usualCodes } from './problem-answers.ts'
import { registryAnswers } from './registry-answers.ts'

interface Parameter {
  readonly in: string
  readonly name: string
  readonly schema: object
  readonly [member: string]: unknown
}

/** An operation as `@fastify/swagger` makes it from its route. */
interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly security?: readonly object[]
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, MediaDocument>> }>>
  readonly 'x-rights'?: DocumentedRights
  readonly [member: string]: unknown
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

/** The paths of a document, and the answers that they refer to. */
export interface CompletedPaths {
  readonly paths: object
  readonly responses: Readonly<Record<string, object>>
}

/**
 * Adds to the operations of a document what their routes do not say: descriptions, bodies, examples, and
 * every answer. An operation without an entry stays as it is; `tests/gateway/api-document` reports it.
 */
export function completePaths(paths: object): CompletedPaths {
  const shared = new Map<string, object>()
  const completed = Object.entries(paths as Paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => {
        const document = operationDocuments[`${method.toUpperCase()} ${path}`]
        if (!document) return [method, operation]
        const refusals = refusalsOf(path, document, operation)
        for (const { name, answer } of refusals) shared.set(name, answer)
        return [method, complete({ path, method, document, refusals }, operation)]
      })
    )
  ])
  return { paths: Object.fromEntries(completed), responses: Object.fromEntries(shared) }
}

function refusalsOf(path: string, document: OperationDocument, operation: Operation): readonly NamedAnswer[] {
  const { 'x-rights': rights, parameters } = operation
  if (!rights) return []
  const traits: OperationTraits = {
    token: rights.token,
    isForPeople: rights.session,
    hasParameters: parameters !== undefined,
    hasBody: document.body !== undefined,
    hasRefusalPages: document.hasRefusalPages ?? false
  }
  if (path === '/registry' || path.startsWith('/registry/'))
    return registryAnswers(document.registryErrors ?? [], traits)
  return problemAnswers([...usualCodes(traits), ...(document.errors ?? [])], traits)
}

interface Described {
  readonly path: string
  readonly method: string
  readonly document: OperationDocument
  readonly refusals: readonly NamedAnswer[]
}

function complete({ path, method, document, refusals }: Described, operation: Operation): object {
  const parameters = [
    ...(operation.parameters ?? []).map((one) => describe(path, one)),
    ...(document.parameters ?? []).map(toParameter)
  ]
  const refused = refusals.map(({ status, name }) => [status, { $ref: `#/components/responses/${name}` }])
  return {
    ...operation,
    operationId: document.id,
    description: document.description,
    ...(Object.keys(document.answers).length === 0 ? { 'x-never-succeeds': true } : {}),
    ...securityOf(method, operation),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(document),
    responses: { ...answersOf(document, operation), ...Object.fromEntries(refused) }
  }
}

/** In a session of the console a change also needs the header that a page of another site cannot send. */
function securityOf(method: string, { security }: Operation): { readonly security?: readonly object[] } {
  if (!security || method === 'get' || method === 'head') return {}
  return { security: security.map((one) => ('session' in one ? { ...one, csrf: [] } : one)) }
}

function describe(path: string, parameter: Parameter): object {
  const { schema, ...known } = knownParameter(path, parameter.name) ?? {}
  return { ...known, ...parameter, schema: { ...parameter.schema, ...schema } }
}

function toParameter({ isRequired, ...parameter }: ParameterDocument): object {
  return { ...parameter, required: isRequired ?? false }
}

function bodyOf({ body }: OperationDocument): { readonly requestBody?: object } {
  if (!body) return {}
  const { description, content, isOptional = false } = body
  return { requestBody: { description, required: !isOptional, content } }
}

function answersOf({ answers }: OperationDocument, { responses }: Operation): object {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const [ofRoute] = Object.values(responses[status]?.content ?? {})
      return [status, toAnswer(answer, answer.schema ?? ofRoute?.schema)]
    })
  )
}

function toAnswer(answer: AnswerDocument, schema: object | undefined): object {
  const { description, example, mediaTypes = ['application/json'], others = {}, headers } = answer
  const media = { schema, ...(example === undefined ? {} : { example }) }
  const own = schema === undefined ? [] : mediaTypes.map((type) => [type, media])
  const content = { ...Object.fromEntries(own), ...others }
  return {
    description,
    ...(headers ? { headers } : {}),
    ...(Object.keys(content).length === 0 ? {} : { content })
  }
}
