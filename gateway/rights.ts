import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifyContextConfig } from 'fastify'
import { itemPaths } from './api-document/operations/control.ts'
import type { TokenKind } from './plugins/authentication.ts'

/** Whether a caller may use a route: `kinds` for some kinds of acts. */
export type Access = 'yes' | 'no' | 'kinds'

/** Who may use a route, on what belongs to an agency. */
export interface RightsRow {
  /** A system of that agency. */
  readonly own: Access
  /** A system of another one. */
  readonly other: Access
  readonly operator: Access
  readonly auditor: Access
  /** Without a token. */
  readonly nobody: Access
}

/** The rights that a route can declare. Operators and auditors are also systems of an agency of their own. */
export const rightsRows = {
  open: { own: 'yes', other: 'yes', operator: 'yes', auditor: 'yes', nobody: 'yes' },
  registered: { own: 'yes', other: 'yes', operator: 'yes', auditor: 'yes', nobody: 'no' },
  own: { own: 'yes', other: 'no', operator: 'no', auditor: 'no', nobody: 'no' },
  'own-or-all': { own: 'yes', other: 'no', operator: 'yes', auditor: 'yes', nobody: 'no' },
  'own-or-operator': { own: 'yes', other: 'no', operator: 'yes', auditor: 'no', nobody: 'no' },
  operator: { own: 'no', other: 'no', operator: 'yes', auditor: 'no', nobody: 'no' },
  session: { own: 'no', other: 'no', operator: 'no', auditor: 'no', nobody: 'no' },
  'by-kind': { own: 'kinds', other: 'no', operator: 'yes', auditor: 'no', nobody: 'no' }
} as const satisfies Readonly<Record<string, RightsRow>>

export type Rights = keyof typeof rightsRows

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; every route of the API document declares it. */
    rights?: Rights
  }
}

/** What the API document says of a route's rights, as `x-rights`. */
export interface DocumentedRights {
  readonly rights: Rights
  readonly token: TokenKind
  /** Whether a person may use it in a session of the console. */
  readonly session: boolean
}

/** For `@fastify/swagger`: puts what a route declares of its rights into the API document. */
export const documentRights: NonNullable<FastifyDynamicSwaggerOptions['transform']> = ({
  schema,
  url,
  route
}) => {
  const { rights, token, session } = (route.config ?? {}) as FastifyContextConfig & { session?: boolean }
  if (rights === undefined || token === undefined) return { schema, url }
  const isRead = [route.method].flat().every((one) => one === 'GET' || one === 'HEAD')
  const bySession = session ?? (token === 'session' || (token === 'plain' && isRead))
  const documented: DocumentedRights = { rights, token, session: bySession }
  return { schema: { ...schema, 'x-rights': documented }, url: itemPaths[url] ?? url }
}
