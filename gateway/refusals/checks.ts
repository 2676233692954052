import { BusError, codeOf } from '#protocol/errors/bus-error.ts'
import type { ErrorCode } from '#protocol/errors/catalogue.ts'
import type { TokenKind } from '../plugins/authentication.ts'

/** A check that a request passes or fails. `service`: not the request failed, but something the bus needs. */
export type Check =
  | 'request'
  | 'media-type'
  | 'token'
  | 'system-status'
  | 'fair-use'
  | 'json'
  | 'submission'
  | 'attributes'
  | 'query'
  | 'content'
  | 'rights'
  | 'schema'
  | 'attachments'
  | 'conflict'
  | 'service'

const beforeBody: readonly Check[] = ['request', 'media-type', 'token', 'system-status', 'fair-use']

/** The checks of a request by what its route requires, in the order in which they are made. */
const orders: Readonly<Record<TokenKind, readonly Check[]>> = {
  publish: [...beforeBody, 'json', 'submission', 'attributes', 'rights', 'schema', 'attachments', 'conflict'],
  act: [...beforeBody, 'submission', 'json', 'content', 'rights', 'conflict'],
  plain: [...beforeBody, 'query', 'rights', 'attachments', 'conflict'],
  session: [...beforeBody, 'query', 'rights'],
  none: ['request', 'media-type', 'fair-use', 'query', 'content']
}

/** The check that each error says has failed. */
const checks: Readonly<Record<ErrorCode, Check>> = {
  BUS_REQUEST_TOO_LARGE: 'request',
  BUS_HEADERS_TOO_LARGE: 'request',
  BUS_REQUEST_TIMEOUT: 'request',
  BUS_REQUEST_INVALID: 'request',
  BUS_METHOD_NOT_ALLOWED: 'request',
  BUS_MEDIA_TYPE_UNSUPPORTED: 'media-type',
  BUS_TOKEN_INVALID: 'token',
  BUS_SESSION_INVALID: 'token',
  BUS_LOGIN_REFUSED: 'token',
  BUS_STEP_UP_REQUIRED: 'rights',
  BUS_QUOTA_EXCEEDED: 'fair-use',
  BUS_TOO_MANY_REQUESTS: 'fair-use',
  BUS_JSON_INVALID: 'json',
  BUS_SUBMISSION_MISMATCH: 'submission',
  BUS_ATTRIBUTE_INVALID: 'attributes',
  BUS_NOT_PERMITTED: 'rights',
  BUS_AGENCY_CLOSED: 'rights',
  BUS_NOT_FOUND: 'rights',
  BUS_PAYLOAD_INVALID: 'schema',
  BUS_SCHEMA_INVALID: 'schema',
  BUS_SCHEMA_INCOMPATIBLE: 'schema',
  BUS_ATTACHMENT_MISSING: 'attachments',
  BUS_ATTACHMENT_INVALID: 'attachments',
  BUS_EVENT_ID_SPENT: 'conflict',
  BUS_UPLOAD_CONFLICT: 'conflict',
  BUS_ACT_CONFLICT: 'conflict',
  BUS_STATE_CONFLICT: 'conflict',
  BUS_SCHEMA_IN_USE: 'conflict',
  BUS_QUERY_INVALID: 'query',
  BUS_RANGE_INVALID: 'query',
  BUS_CURSOR_INVALID: 'query',
  BUS_CURSOR_EXPIRED: 'query',
  BUS_ACT_INVALID: 'content',
  BUS_KEY_INVALID: 'content',
  BUS_PACKAGE_INVALID: 'content',
  BUS_ITEM_INVALID: 'content',
  BUS_CONFIG_INVALID: 'service',
  BUS_DATA_IN_USE: 'service',
  BUS_OVERLOADED: 'service',
  BUS_STOPPING: 'service',
  BUS_LOG_UNAVAILABLE: 'service',
  BUS_STORE_UNAVAILABLE: 'service',
  BUS_CONTROL_STALE: 'service',
  BUS_RECORD_FOREIGN: 'service',
  BUS_PEER_UNREACHABLE: 'service',
  BUS_PEER_REFUSED: 'service',
  BUS_PEER_FAILED: 'service',
  BUS_PEER_CREDENTIALS: 'service',
  BUS_CONNECTOR_PAUSED: 'service',
  BUS_GATEWAY_UNREACHABLE: 'service',
  BUS_DOWNLOAD_DAMAGED: 'service',
  BUS_INTERNAL: 'service'
}

export interface RefusedRequest {
  readonly token: TokenKind
  /** Whether its token was accepted, and its body read. */
  readonly hasCaller: boolean
  readonly hasBody: boolean
}

/** The check that failed, and those that the request had passed before it, in order. */
export function checksOf(
  error: unknown,
  { token, hasCaller, hasBody }: RefusedRequest
): { readonly passed: readonly Check[]; readonly failed: Check } {
  const isStatus = error instanceof BusError && error.fault === 'system-suspended'
  const failed = isStatus ? 'system-status' : checks[codeOf(error)]
  const order = orders[token]
  const place = order.indexOf(failed)
  if (place >= 0) return { passed: order.slice(0, place), failed }
  const known: Check = hasBody ? 'fair-use' : hasCaller ? 'system-status' : 'request'
  return { passed: order.slice(0, order.indexOf(known) + 1), failed }
}
