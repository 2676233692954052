import Type from 'typebox'
import { DeliverySchema } from '../shapes.ts'

const Instant = Type.String({ format: 'date-time' })

export const FlowStateSchema = Type.Union(
  [Type.Literal('open'), Type.Literal('overdue'), Type.Literal('stuck'), Type.Literal('done')],
  {
    description:
      'stuck: a connector cannot deliver one of its events. overdue: an expected event has not come in time. open: an expected event has not come yet. done: nothing is expected.'
  }
)

const HolderSchema = Type.Object({
  agency: Type.String(),
  since: Instant,
  due: Type.Optional(Instant),
  expects: Type.Array(Type.String(), { description: 'Event types, any of which will do.' })
})

const summary = {
  flow: Type.String({ description: 'The correlationid of its events, or their subject.' }),
  title: Type.String(),
  state: FlowStateSchema,
  startedAt: Instant,
  lastAt: Instant
}

export const FlowSchema = Type.Object({
  ...summary,
  subjects: Type.Array(Type.String()),
  steps: Type.Integer({
    description: 'Number of steps, including those that the caller may not see; at most 20,000 are counted.'
  }),
  holders: Type.Array(HolderSchema, {
    description: 'Agencies that should act now, the last one first: at most 20, those that are due first.'
  }),
  holdersIsMore: Type.Optional(Type.Boolean({ description: 'There are more than are shown.' })),
  agencies: Type.Array(Type.String())
})

export const FlowPageSchema = Type.Object({
  items: Type.Array(FlowSchema),
  next: Type.Optional(Type.String()),
  isPartial: Type.Optional(
    Type.Boolean({ description: 'Too many candidates, or words, to look at all: narrow the search.' })
  ),
  behind: Type.Integer({ description: 'Events that are not in the view yet.' })
})

const StepSchema = Type.Object({
  number: Type.Integer(),
  hash: Type.String(),
  type: Type.String(),
  source: Type.String(),
  agency: Type.String(),
  subject: Type.String(),
  time: Type.String({ description: "When it happened, by the sender's clock." }),
  recordedTime: Instant,
  title: Type.Optional(Type.String()),
  actor: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String()),
      title: Type.Optional(Type.String()),
      department: Type.Optional(Type.String())
    })
  ),
  cause: Type.Optional(Type.String({ description: 'Hash of the step that it answers.' })),
  recipients: Type.Array(DeliverySchema),
  traceId: Type.Optional(Type.String()),
  event: Type.String({ description: 'Where the event is.' })
})

const HiddenStepSchema = Type.Object(
  { number: Type.Integer(), isHidden: Type.Literal(true), agency: Type.String(), recordedTime: Instant },
  { description: 'A step that the caller may not see.' }
)

export const TimelineSchema = Type.Object({
  ...summary,
  agencies: Type.Array(Type.String()),
  subjects: Type.Array(Type.String()),
  count: Type.Integer({
    description: 'Number of steps, those on other pages included; at most 20,000 are counted.'
  }),
  steps: Type.Array(Type.Union([StepSchema, HiddenStepSchema])),
  missing: Type.Array(
    Type.Object({
      ...HolderSchema.properties,
      isOverdue: Type.Boolean(),
      after: Type.String({ description: 'Hash of the step that it should follow.' }),
      state: Type.Optional({
        ...DeliverySchema.properties.state,
        description: 'Status of that step at the agency; absent if it is not a recipient of it.'
      }),
      connectors: DeliverySchema.properties.connectors
    }),
    { description: 'Events that should follow: at most 1,000, those that are due first.' }
  ),
  missingIsMore: Type.Optional(Type.Boolean({ description: 'There are more than are shown.' })),
  next: Type.Optional(Type.Integer())
})
