import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { operationDocuments } from '#gateway/api-document/operations.ts'
import { catalogue, type ErrorCode } from '#protocol/errors/catalogue.ts'
import { startOidcBus } from '../../helpers/oidc-bus.ts'
import {
  type ApiDocument,
  type Content,
  type Media,
  type NamedOperation,
  operationsOf,
  readApiDocument,
  responsesOf
} from './document.ts'

/** Operations that never succeed: the API of the schema registry has them, this registry refuses them. */
const neverSucceed = [
  'GET /registry/subjects/{subject}/metadata',
  'DELETE /registry/subjects/{subject}',
  'DELETE /registry/subjects/{subject}/versions/{version}',
  'DELETE /registry/config/{subject}',
  'DELETE /registry/mode/{subject}'
]

/** What is wrong with an operation, as texts that say what to add. */
function faultsOf(document: ApiDocument, { name, method, path, operation }: NamedOperation): string[] {
  const faults: string[] = []
  const hold = (holds: unknown, what: string): void => void (holds || faults.push(`${name}: ${what}`))
  const rights = operation['x-rights']
  hold(operation.operationId, 'needs an entry in gateway/api-document/operations')
  hold(operation.summary, 'needs a summary')
  hold((operation.description ?? '').length > 10, 'needs a description')
  const known = document.tags.map((tag) => tag.name)
  hold(
    operation.tags?.length && operation.tags.every((tag) => known.includes(tag)),
    'needs a tag of operations.ts'
  )

  const schemes = (operation.security ?? []).map((one) => Object.keys(one))
  const bearer = { plain: 'plain', publish: 'submission', act: 'act' }[rights?.token ?? '']
  hold((rights?.token === 'none') === (schemes.length === 0), 'security must be there if a token is needed')
  hold(bearer === undefined || schemes.some(([one]) => one === bearer), `security must name ${bearer}`)
  hold(rights?.session === schemes.some((one) => one.includes('session')), 'security must name session')
  for (const one of schemes) {
    hold(
      one.every((scheme) => scheme in document.components.securitySchemes),
      'its schemes must be defined'
    )
    const isChange = !['GET', 'HEAD'].includes(method) && one.includes('session')
    hold(isChange === one.includes('csrf'), 'a change in a session needs csrf')
  }

  const parameters = operation.parameters ?? []
  for (const parameter of parameters) {
    hold(parameter.description, `the parameter ${parameter.name} needs a description`)
    hold(parameter.schema, `the parameter ${parameter.name} needs a schema`)
    hold(parameter.example !== undefined, `the parameter ${parameter.name} needs an example`)
  }
  const inPath = parameters.filter((one) => one.in === 'path' && one.required).map((one) => one.name)
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one)
  hold(String(inPath.sort()) === String(named.sort()), 'its path parameters must be those of its path')

  hold(['POST', 'PUT', 'PATCH'].includes(method) === (operation.requestBody !== undefined), 'needs its body')
  hold(operation.requestBody?.description ?? !operation.requestBody, 'its body needs a description')
  faults.push(...contentFaults(`${name}: body`, operation.requestBody?.content))

  const responses = responsesOf(document, operation)
  const succeeds = responses.some(([status]) => status < 400)
  hold(succeeds !== neverSucceed.includes(name), 'needs the answer to a request that succeeds')
  for (const [status, { description, content }] of responses) {
    hold(description && description !== 'Default Response', `the answer ${status} needs a description`)
    hold(status < 400 || content, `the answer ${status} needs content`)
    faults.push(...contentFaults(`${name}: ${status}`, content))
    if (status >= 400 && !path.startsWith('/registry')) {
      const codes = codesIn(content?.['application/problem+json'])
      hold(codes.length > 0, `the answer ${status} needs its codes`)
      for (const code of codes) hold(catalogue[code]?.status === status, `${code} does not answer ${status}`)
    }
  }
  for (const status of [400, 429, 500, 503]) {
    hold(
      responses.some(([one]) => one === status),
      `needs the answer ${status}`
    )
  }
  return faults
}

function contentFaults(what: string, content: Content = {}): readonly string[] {
  return Object.entries(content).flatMap(([type, { schema, example }]) => [
    ...(schema ? [] : [`${what} (${type}) needs a schema`]),
    ...(example === undefined ? [`${what} (${type}) needs an example`] : [])
  ])
}

function codesIn(media: Media | undefined): readonly ErrorCode[] {
  const { allOf = [] } = (media?.schema ?? {}) as {
    allOf?: { properties?: { code?: { enum: ErrorCode[] } } }[]
  }
  return allOf.flatMap(({ properties }) => properties?.code?.enum ?? [])
}

describe('the API document', () => {
  let document: ApiDocument
  before(async () => {
    const { bus } = await startOidcBus({ after: (fn) => void closing.push(fn) })
    document = await readApiDocument(bus.url)
    for (const close of closing.reverse()) await close()
  })
  const closing: (() => unknown)[] = []

  it('says of every operation what it needs, what it answers, and with which codes', () => {
    const operations = operationsOf(document)
    assert.ok(operations.length > 70)
    assert.deepEqual(
      operations.flatMap((one) => faultsOf(document, one)),
      []
    )
  })

  it('names each operation once, and describes none that is not there', () => {
    const operations = operationsOf(document)
    const ids = operations.map(({ operation }) => operation.operationId)
    assert.equal(new Set(ids).size, ids.length)
    const names = operations.map(({ name }) => name)
    assert.deepEqual(
      Object.keys(operationDocuments).filter((one) => !names.includes(one)),
      []
    )
  })

  it('has examples that its schemas allow', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
    addFormats.default(ajv)
    ajv.addSchema(document, 'document')
    const faults: string[] = []
    const check = (what: string, pointer: string, { example, schema }: Media): void => {
      if (example === undefined || !schema) return
      const place = pointer.split('/').map(encodeURIComponent).join('/')
      const validate = ajv.compile({ $ref: `document#${place}/schema` })
      if (!validate(example)) faults.push(`${what}: ${ajv.errorsText(validate.errors)}`)
    }
    const checkContent = (what: string, pointer: string, content: Content = {}): void => {
      for (const [type, media] of Object.entries(content)) {
        check(`${what} (${type})`, `${pointer}/content/${step(type)}`, media)
      }
    }
    for (const { name, method, path, operation } of operationsOf(document)) {
      const pointer = `/paths/${step(path)}/${method.toLowerCase()}`
      for (const [index, parameter] of (operation.parameters ?? []).entries()) {
        check(`${name}: ${parameter.name}`, `${pointer}/parameters/${index}`, parameter)
      }
      checkContent(`${name}: body`, `${pointer}/requestBody`, operation.requestBody?.content)
      for (const [status, { content }] of Object.entries(operation.responses)) {
        checkContent(`${name}: ${status}`, `${pointer}/responses/${status}`, content)
      }
    }
    for (const [name, { content }] of Object.entries(document.components.responses)) {
      checkContent(name, `/components/responses/${step(name)}`, content)
    }
    assert.deepEqual(faults, [])
  })

  it('leaves out only the pages of the console and what outside systems call', () => {
    const hiding = globSync('gateway/**/*.ts', { cwd: `${import.meta.dirname}/../../..` }).filter((path) =>
      readFileSync(`${import.meta.dirname}/../../../${path}`, 'utf8').includes('hide: true')
    )
    assert.deepEqual(hiding.sort(), ['gateway/console/console.ts', 'gateway/routes/receive-from-outside.ts'])
  })
})

/** A step of a JSON pointer. */
function step(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1')
}
