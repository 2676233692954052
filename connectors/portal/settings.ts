import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }

const Feed = Type.Object(
  {
    url: Type.String({
      format: 'uri',
      description: 'Address of the RSS or Atom feed, as it is after redirections.'
    }),
    encoding: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_.:-]{1,40}$',
        description:
          'Encoding of the feed, such as `windows-1258`, if the portal gives none or a wrong one. Feeds in valid UTF-8 need none.'
      })
    ),
    maxBytes: Type.Integer({
      default: 4_194_304,
      minimum: 1024,
      maximum: 16_777_216,
      description: 'Largest feed, decompressed. `network.maxAnswerBytes` bounds the answer before.'
    })
  },
  { ...closed, description: 'Read articles from a feed: RSS 0.9 to 2.0, RDF or Atom.' }
)

const Articles = Type.Object(
  {
    categories: Type.Array(Type.Integer({ minimum: 1 }), {
      default: [],
      description: 'WordPress categories, by id, of the posts.'
    })
  },
  { ...closed, description: 'Post articles, such as notices, of other agencies.' }
)

const Documents = Type.Object(
  {
    typeNames: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description:
        'Names of the document types that are posted, such as `Quyết định`. Only name those that are of public interest.'
    }),
    senders: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Codes of the agencies whose documents are posted. Default: all.'
    }),
    spheres: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Values of `sphereOfPromulgation` (phạm vi lưu hành) that a document must have one of. Default: any.'
    }),
    categories: Type.Array(Type.Integer({ minimum: 1 }), {
      default: [],
      description: 'WordPress categories, by id, of the posts.'
    })
  },
  { ...closed, description: 'Post documents of public interest, with their files.' }
)

const Dossiers = Type.Object(
  {
    categories: Type.Array(Type.Integer({ minimum: 1 }), {
      default: [],
      description: 'WordPress categories, by id, of the posts.'
    })
  },
  {
    ...closed,
    description:
      'Post the status of dossiers, one post for each dossier: its code, its status and its dates, and no personal data.'
  }
)

const WordPress = Type.Object(
  {
    url: Type.String({ format: 'uri', description: 'Address of the WordPress site.' }),
    user: Type.Optional(
      Type.String({ minLength: 1, description: 'User that the application password belongs to.' })
    ),
    applicationPassword: Type.Optional(
      Type.String({
        minLength: 1,
        secret: true,
        description: 'Application password, best taken from the environment.'
      })
    ),
    read: Type.Boolean({
      default: false,
      description: 'Read the posts of the site. Posts of this connector are passed over.'
    }),
    publish: Type.Optional(
      Type.Object(
        {
          articles: Type.Optional(Articles),
          documents: Type.Optional(Documents),
          dossiers: Type.Optional(Dossiers)
        },
        { ...closed, description: 'What is posted to the site. Needs user and application password.' }
      )
    )
  },
  { ...closed, description: 'A WordPress site (5.7 or later), reached by its REST interface.' }
)

const Images = Type.Object(
  {
    fetch: Type.Boolean({ default: true, description: 'Whether images become attachments of the event.' }),
    hosts: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.-]+(?::[0-9]{1,5})?$' }), {
      default: [],
      description:
        'Further hosts that images are fetched from, such as `cdn.example.vn`. Default: only the host of the portal.'
    }),
    maxCount: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 50,
      description: 'Images fetched for one article; further ones stay links.'
    }),
    maxBytes: Type.Integer({
      default: 5_242_880,
      minimum: 1024,
      maximum: 20_971_520,
      description: 'Largest image.'
    })
  },
  { ...closed, default: {}, description: 'Images of articles.' }
)

export const PortalSettings = Type.Object(
  {
    feed: Type.Optional(Feed),
    wordpress: Type.Optional(WordPress),
    recipients: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Codes of the agencies that receive the articles. Default: by agreement.'
    }),
    zone: Type.String({
      default: 'Asia/Ho_Chi_Minh',
      description: 'IANA time zone of dates that name none.'
    }),
    images: Images,
    withdrawals: Type.Boolean({
      default: true,
      description:
        'Whether articles that disappear are looked for, and told as withdrawn once the portal has none at their address.'
    })
  },
  closed
)
export type PortalSettings = Static<typeof PortalSettings>
export type ImageSettings = PortalSettings['images']
export type WordPressSettings = NonNullable<PortalSettings['wordpress']>
export type PublishSettings = NonNullable<WordPressSettings['publish']>
