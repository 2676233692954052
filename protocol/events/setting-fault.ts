import type { ErrorObject } from 'ajv'
import { nearWords } from '../errors/near-words.ts'
import { type ViolationText, violationText } from './violation-text.ts'

/** What is wrong with a setting and where, in both languages. */
export type SettingFault = ViolationText

/** A violation of a schema of settings, in words. */
export function settingFault(violation: ErrorObject): SettingFault {
  const { instancePath, keyword, message = '', params, parentSchema = {} } = violation
  const place = instancePath || '/'
  const text = violationText(violation)
  const both = (en: string, vi: string): SettingFault => ({ en: `${place} ${en}`, vi: `${place} ${vi}` })
  switch (keyword) {
    case 'additionalProperties': {
      const { additionalProperty: name } = params as { readonly additionalProperty: string }
      const known = Object.keys((parentSchema.properties ?? {}) as object)
      const near = nearWords(name, known)
      const words = (near.length > 0 ? near : known).join(', ')
      return near.length > 0
        ? both(
            `has no setting ${name}: perhaps ${words} is meant`,
            `không có thiết lập ${name}: có lẽ là ${words}`
          )
        : both(
            `has no setting ${name}: possible are ${words}`,
            `không có thiết lập ${name}: có thể dùng ${words}`
          )
    }
    case 'required':
      return both(`needs the setting ${params.missingProperty}`, `cần thiết lập ${params.missingProperty}`)
    case 'anyOf': {
      const choices = (parentSchema.anyOf ?? []) as readonly { readonly const?: unknown }[]
      const words = choices.map((one) => one.const).filter((one) => one !== undefined)
      if (words.length < choices.length) return both(message, 'có dạng không dùng được')
      return both(`must be one of: ${words.join(', ')}`, `phải là một trong: ${words.join(', ')}`)
    }
    case 'pattern':
      return parentSchema.title
        ? both(`must be ${parentSchema.title}`, exampleIn(String(parentSchema.title), String(params.pattern)))
        : both(text.en, text.vi)
    default:
      return both(text.en, text.vi)
  }
}

/** The form or example in a title: the words of a title are English. */
function exampleIn(title: string, pattern: string): string {
  const forms =
    title.match(/\/agencies\/[^ ,;)]+|[a-z]+:\/\/[^ ,;)]+|[a-z0-9.-]+:[0-9a-z]+|\d+\.\d+\.\d+\.\d+/g) ?? []
  const form = forms.toSorted((a, b) => b.length - a.length)[0]
  const ends = {
    'nothing after it': ', không có đường dẫn hay dấu / ở cuối',
    'without a slash at the end':
      ', không có dấu / ở cuối, và đường dẫn không phải /v1, /registry, /console hay /problems'
  }
  const end = Object.entries(ends).find(([words]) => title.includes(words))?.[1] ?? ''
  return form === undefined ? `phải khớp mẫu ${pattern}` : `không đúng dạng, hãy viết như ${form}${end}`
}
