import Type, { type Static } from 'typebox'

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Hours = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d$' })

/** `flows:` in lienthong.yaml. */
export const FlowsConfig = Type.Object(
  {
    hours: Type.Array(Hours, {
      default: ['07:30-11:30', '13:30-17:00'],
      minItems: 1,
      description:
        "Working hours from Monday to Friday, in Vietnam's time, in order: by them expected events become overdue. A change holds for events from then on; `lienthong views rebuild flows` applies it to all."
    }),
    holidays: Type.Array(Day, { default: [], description: 'Public holidays on weekdays, `YYYY-MM-DD`.' }),
    makeUpDays: Type.Array(Day, {
      default: [],
      description: 'Weekend days that are worked in exchange for a day off, `YYYY-MM-DD`.'
    })
  },
  { additionalProperties: false }
)
export type FlowsConfig = Static<typeof FlowsConfig>
