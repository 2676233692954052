import { Body } from '../../routes/console/session-routes.ts'
import { later } from '../examples.ts'
import type { OperationDocuments } from '../operation-document.ts'

const cookie = { description: 'The cookie of the session.', schema: { type: 'string' } }
const location = { description: 'Where the browser goes.', schema: { type: 'string' } }
export const consoleOperations: OperationDocuments = {
  'POST /console/session': {
    id: 'logIn',
    description:
      'Logs a person in with the token of a link that `lienthong console` prints. A link is good once, for a minute. Only a page of this gateway may send it: `Origin` must be its public URL.',
    parameters: [
      {
        in: 'header',
        name: 'origin',
        isRequired: true,
        description: "The gateway's public URL; browsers set it.",
        schema: { type: 'string' },
        example: 'https://bus.example.gov.vn'
      }
    ],
    body: {
      description: 'The token of the link.',
      content: { 'application/json': { schema: Body, example: { token: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln' } } }
    },
    answers: { 204: { description: 'Logged in.', headers: { 'set-cookie': cookie } } },
    errors: ['BUS_SESSION_INVALID', 'BUS_TOKEN_INVALID', 'BUS_NOT_PERMITTED', 'BUS_CONTROL_STALE']
  },
  'GET /console/session': {
    id: 'readSession',
    description: 'Who is logged in, with which roles, and until when. `csrf` is needed for changes.',
    answers: {
      200: {
        description: 'The session.',
        example: {
          person: { id: 'mau', name: 'Cán Bộ Mẫu' },
          roles: ['operator'],
          csrf: 'Yl3nWn0S2mW3N1m0',
          idleUntil: later,
          until: later,
          mayChange: true
        }
      }
    }
  },
  'DELETE /console/session': {
    id: 'logOut',
    description: 'Ends the session.',
    answers: {
      200: { description: 'Logged out.', example: {}, headers: { 'set-cookie': cookie } }
    }
  },
  'GET /console/login': {
    id: 'readLogInWays',
    description: 'Whether people can log in at an OpenID provider beside log-in links.',
    answers: { 200: { description: 'The ways to log in.', example: { oidc: '/console/oidc/start' } } }
  },
  'GET /console/oidc/start': {
    id: 'beginOidcLogIn',
    hasRefusalPages: true,
    description: 'Sends the browser to the OpenID provider. Only where the settings name one.',
    answers: {
      303: { description: 'To the provider.', headers: { location, 'set-cookie': cookie } }
    },
    errors: ['BUS_PEER_UNREACHABLE', 'BUS_LOGIN_REFUSED']
  },
  'GET /console/oidc/return': {
    id: 'endOidcLogIn',
    hasRefusalPages: true,
    description: 'Where the OpenID provider sends the browser back to. Only where the settings name one.',
    answers: {
      303: { description: 'To the console, logged in.', headers: { location, 'set-cookie': cookie } }
    },
    errors: ['BUS_PEER_UNREACHABLE', 'BUS_LOGIN_REFUSED', 'BUS_QUERY_INVALID', 'BUS_CONTROL_STALE']
  }
}
