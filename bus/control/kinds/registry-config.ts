import Type from 'typebox'
import { compatibilityLevels } from '#protocol/avro/compatibility/incompatibilities.ts'
import { applyConfig } from '../../registry/registry-state.ts'
import { defineAct, invalid, type OnResource } from '../define-act.ts'
import { isOfOwner, subjectIn, subjectResource } from './schema.ts'

export const registryConfigActs = {
  'registry-config.changed': defineAct({
    shape: {
      /** `/registry`: all subjects without a level of their own. */
      resource: Type.Union([Type.Literal('/registry'), subjectResource]),
      /** `null` removes the level, absent leaves it. */
      compatibility: Type.Optional(
        Type.Union([...compatibilityLevels.map((level) => Type.Literal(level)), Type.Null()])
      ),
      /** The setting `normalize` of the Confluent API; `null` removes it, absent leaves it. */
      normalize: Type.Optional(Type.Union([Type.Boolean(), Type.Null()]))
    },
    mayDo: isOfOwner,
    checkNew(_state, act) {
      const { compatibility, normalize } = act
      if (compatibility === undefined && normalize === undefined) invalid(act, 'registry-config-empty', '')
    },
    check: (_state, act) => oneSubjectIn(act),
    apply: ({ registry }, act) => applyConfig(registry, oneSubjectIn(act), act)
  })
}

function oneSubjectIn(act: OnResource): string | undefined {
  return act.resource === '/registry' ? undefined : subjectIn(act)
}
