import Type, { type Static } from 'typebox'

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

export const DocumentSettings = Type.Object(
  {
    folder: Type.String({
      description:
        'Folder shared with the document system. Packages for the bus go into `in`, packages from the bus appear in `out`; packages read are moved to `sent`, unusable ones to `refused` with the reason.'
    }),
    authorities: Type.Optional(
      Type.String({
        description:
          'PEM file of the certificate authorities that packages must be signed under to count as `valid`; default: none.'
      })
    ),
    holidays: Type.Array(Day, {
      default: [],
      description: 'Public holidays on weekdays, `YYYY-MM-DD`.'
    }),
    makeUpDays: Type.Array(Day, {
      default: [],
      description: 'Weekend days that are worked in exchange for a day off, `YYYY-MM-DD`.'
    })
  },
  { additionalProperties: false }
)
export type DocumentSettings = Static<typeof DocumentSettings>
