import type { Language } from './faults.ts'

/** Gives a text by its key, with its placeholders filled. */
export type TextsOf<Key extends string> = (
  key: Key,
  values?: Readonly<Record<string, string | number>>
) => string

/** The texts of a table in a language. */
export function textsFrom<Key extends string>(
  table: Readonly<Record<Language, Readonly<Record<Key, string>>>>,
  language: Language
): TextsOf<Key> {
  const known = table[language]
  return (key, values = {}) =>
    (known[key] ?? key).replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
