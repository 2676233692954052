import Type from 'typebox'
import { compatibilityLevels } from '#protocol/avro/compatibility/incompatibilities.ts'
import { applyLevel } from '../../registry/registry-state.ts'
import { defineAct, type OnResource } from '../define-act.ts'
import { isOfOwner, subjectIn, subjectResource } from './schema.ts'

export const registryConfigActs = {
  'registry-config.changed': defineAct({
    shape: {
      /** `/registry`: all subjects without a level of their own. */
      resource: Type.Union([Type.Literal('/registry'), subjectResource]),
      /** `null` removes the level. */
      compatibility: Type.Union([...compatibilityLevels.map((level) => Type.Literal(level)), Type.Null()])
    },
    mayDo: isOfOwner,
    check: (_state, act) => oneSubjectIn(act),
    apply: ({ registry }, act) => applyLevel(registry, oneSubjectIn(act), act.compatibility)
  })
}

function oneSubjectIn(act: OnResource): string | undefined {
  return act.resource === '/registry' ? undefined : subjectIn(act)
}
