import Type, { type Static } from 'typebox'
import { secureAddress } from '#protocol/events/address.ts'

const names = (description: string) => Type.Array(Type.String({ minLength: 1 }), { default: [], description })

const claim = (name: string, description: string) =>
  Type.String({ minLength: 1, maxLength: 200, default: name, description })

const OidcConfig = Type.Object(
  {
    issuer: Type.String({
      ...secureAddress,
      description:
        'The OpenID provider, as its discovery document names it. It must be https, except on this machine (127.0.0.1, [::1] or localhost).'
    }),
    clientId: Type.String({ minLength: 1, description: 'The client that the bus is at the provider.' }),
    clientSecretFile: Type.Optional(
      Type.String({ description: "File with the client's secret. Without it the client is a public one." })
    ),
    caFile: Type.Optional(
      Type.String({
        description:
          "PEM file of the authority that signed the provider's certificate, if it is a private one."
      })
    ),
    scope: Type.String({
      pattern: '^openid( [!-~]+)*$',
      title: '`openid`, and further scopes after it, separated by blanks',
      default: 'openid profile',
      description: 'Scopes to ask for.'
    }),
    nameClaim: claim('name', "Claim with the person's name. The id of a person is always `sub`."),
    roleClaim: claim(
      'roles',
      'Claim with the roles of a person: a text or a list of texts. A dot leads into an object, such as `realm_access.roles`.'
    ),
    agencyClaim: claim('agency', 'Claim with the code of the agency of a reader.'),
    roles: Type.Object(
      {
        operator: names(
          'Values of the role claim that make a person an operator: sees all but contents, and may act.'
        ),
        auditor: names('Values that make a person an auditor: sees all but contents.'),
        reader: names('Values that make a person a reader: sees what belongs to the agency of the claim.')
      },
      { additionalProperties: false, default: {} }
    ),
    recheckMinutes: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: 1440,
      description:
        'How often the provider is asked again for the roles of a person who is logged in, if it gives refresh tokens. A role that is withdrawn there ends within this time; otherwise with the session.'
    }),
    acrForChanges: names(
      'Authentication context classes (`acr`) one of which a log-in must have for changes. A person with another is sent to the provider again. Empty: every log-in will do.'
    )
  },
  { additionalProperties: false }
)
export type OidcConfig = Static<typeof OidcConfig>

/** `console:` in lienthong.yaml. */
export const ConsoleConfig = Type.Object(
  {
    idleMinutes: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 1440,
      description: 'A session of the console ends when it is not used for so long.'
    }),
    maxHours: Type.Integer({
      default: 8,
      minimum: 1,
      maximum: 168,
      description: 'A session of the console ends after this time in any case.'
    }),
    oidc: Type.Optional(
      Type.Unsafe<OidcConfig>({
        ...OidcConfig,
        description:
          'Log people in at an OpenID provider. Without it they log in with a link that `lienthong console` prints.'
      })
    )
  },
  { additionalProperties: false }
)
export type ConsoleConfig = Static<typeof ConsoleConfig>
