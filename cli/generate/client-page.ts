import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue, type ErrorCode } from '#protocol/errors/catalogue.ts'
import { problemName } from '#protocol/errors/problem.ts'
import { type Declaration, type Docstring, declarationsOf } from './docstrings.ts'

/** Types of the protocol that an agency's code uses. */
const protocolTypes = {
  'protocol/events/event.ts': ['BusEvent'],
  'protocol/events/event-stages.ts': ['DeliveredEvent'],
  'protocol/events/json.ts': ['Json', 'JsonObject'],
  'protocol/events/proof.ts': ['Proof'],
  'protocol/trust/jws.ts': ['Algorithm'],
  'protocol/trust/jwk.ts': ['PublicJwk', 'PrivateJwk'],
  'protocol/errors/problem.ts': ['Problem'],
  'protocol/errors/bus-error.ts': ['BusError']
}

/** `docs/client.md`: everything that an agency's system imports, from its docstrings. */
export function clientPage(root: string): string {
  const read = (path: string): readonly Exported[] =>
    declarationsOf(readFileSync(join(root, path), 'utf8')).map((found) => ({ ...found, path }))
  const exported = globSync('client/*.ts', { cwd: root })
    .sort()
    .flatMap(read)
    .filter(({ doc }) => !doc.isInternal)
  const { functions = [], objects = [], types = [] } = Object.groupBy(exported, kindOf)
  const ofProtocol = Object.entries(protocolTypes).flatMap(([path, names]) =>
    read(path).filter(({ name }) => names.includes(name))
  )
  return [
    readFileSync(join(import.meta.dirname, 'client-page.head.md'), 'utf8').trimEnd(),
    '## Functions',
    ...functions.map(section),
    ...objects.map(objectSection),
    '## Errors and other types',
    ...types.map(section),
    '## Types of the protocol',
    ...ofProtocol.map(section),
    ''
  ].join('\n\n')
}

type Exported = Declaration & { readonly path: string }

/** An interface with methods is an object that a function creates. */
function kindOf({ kind, members }: Declaration): 'functions' | 'objects' | 'types' {
  if (kind === 'function') return 'functions'
  return kind === 'interface' && members.some(isMethod) ? 'objects' : 'types'
}

function isMethod({ signature }: Declaration): boolean {
  return /^\w+(<\w+>)?\(/.test(signature)
}

function section({ kind, name, path, signature, ...rest }: Exported): string {
  const isValue = kind === 'function' || kind === 'class'
  return [
    `### ${name}`,
    `\`import ${isValue ? '' : 'type '}{ ${name} } from '#${path}'\``,
    ...(signature === '' ? [] : [fenced(signature.replace(/^function /, ''))]),
    ...partsOf(rest)
  ].join('\n\n')
}

function objectSection({ name, path, doc, members }: Exported): string {
  const parts = [
    `## ${name}`,
    `\`import type { ${name} } from '#${path}'\``,
    ...partsOf({ doc, members: members.filter((member) => !isMethod(member)) })
  ]
  const object = name.toLowerCase()
  const methods = members.filter(isMethod).flatMap((method) => {
    const { name, signature, ...rest } = method
    return [`### ${object}.${name}`, fenced(`${object}.${signature}`), ...partsOf(rest)]
  })
  return [...parts, ...methods].join('\n\n')
}

function partsOf({ doc, members }: Pick<Declaration, 'doc' | 'members'>): readonly string[] {
  const { text, throws, example } = doc
  return [
    ...(text === '' ? [] : [text]),
    ...(throws.length === 0 ? [] : [errorsOf(throws)]),
    ...(members.length === 0 ? [] : [tableOf(members)]),
    ...(example === undefined ? [] : [fenced(example, 'ts example')])
  ]
}

function errorsOf(throws: Docstring['throws']): string {
  const rows = throws.map(([code, text]) => {
    const { status, retry } = catalogue[code as ErrorCode]
    return `| [\`${code}\`](problems.md#${problemName(code as ErrorCode)}) | ${status} | \`${retry}\` | ${cell(text)} |`
  })
  return ['| error | status | `retry` | what happened, what to do |', '|---|---|---|---|', ...rows].join('\n')
}

function tableOf(members: readonly Declaration[]): string {
  return ['| member | type | meaning |', '|---|---|---|', ...rowsOf(members, '')].join('\n')
}

function rowsOf(members: readonly Declaration[], path: string): readonly string[] {
  return members.flatMap(({ name, signature, doc, members: inner }) => {
    const [, left = signature, type = ''] = /^(\[.*\]|[\w?]+): (.*)$/.exec(signature) ?? []
    const shown = inner.length > 0 ? 'object' : `\`${type}\``
    const row = `| \`${path}${left}\` | ${cell(shown)} | ${cell(doc.text)} |`
    return [row, ...rowsOf(inner, `${path}${name}.`)]
  })
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ')
}

function fenced(code: string, kind = 'ts'): string {
  return `\`\`\`${kind}\n${code.trimEnd()}\n\`\`\``
}
