import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InstanceSettings } from '#connectors/host/instance-settings.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { Config } from '#runtime/config.ts'
import { Province } from '../remote/province.ts'
import { type Texts, textsOf } from './reference-texts.ts'
import { vietnamese } from './settings-vi.ts'

/** A setting as TypeBox describes it. */
export interface Setting {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly format?: string
  readonly properties?: Readonly<Record<string, Setting>>
  readonly patternProperties?: Readonly<Record<string, Setting>>
  readonly required?: readonly string[]
  readonly items?: Setting
  readonly anyOf?: readonly Setting[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly secret?: boolean
}

/** The files whose parts stand as examples below the headings. */
export const exampleFiles = {
  configuration: ['one-machine.yaml', 'shared-engines.yaml'],
  province: ['province.yaml']
} as const

/** The settings of lienthong.yaml, those of each connector instance among them. */
export const configuration: Setting = {
  properties: {
    ...settingOf(Config).properties,
    connectors: { ...settingOf(Config.properties.connectors), items: settingOf(InstanceSettings) }
  }
}
export const province = settingOf(Province)

function settingOf(schema: object): Setting {
  return schema
}

/** `docs/en/configuration.md`, `docs/vi/province-file.md` and so on, by path. */
export function referencePages(root: string): readonly (readonly [string, string])[] {
  return (['en', 'vi'] as const).flatMap((language) => {
    const texts = textsOf(language)
    return [
      [
        `docs/${language}/configuration.md`,
        page(root, {
          schema: configuration,
          files: exampleFiles.configuration,
          head: texts.configuration,
          texts
        })
      ],
      [
        `docs/${language}/province-file.md`,
        page(root, { schema: province, files: exampleFiles.province, head: texts.province, texts })
      ]
    ] as const
  })
}

interface Reference {
  readonly schema: Setting
  readonly files: readonly string[]
  readonly head: string
  readonly texts: Texts
}

function page(root: string, { schema, files, head, texts }: Reference): string {
  const examples = files.map((file) => readFileSync(join(root, 'cli', 'generate', 'examples', file), 'utf8'))
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) => {
    const isNeeded = isRequired(schema, name)
    const rows = rowsOf(section, { path: name, isNeeded, texts })
    const blocks = examples.flatMap((text) => exampleOf(text, name))
    return [`## ${name}`, tableOf(rows, texts), ...blocks].join('\n\n')
  })
  return `${[head, ...sections].join('\n\n')}\n`
}

function tableOf(rows: readonly string[], { columns }: Texts): string {
  return [`| ${columns.join(' | ')} |`, '|---|---|---|---|---|', ...rows].join('\n')
}

/** The part of an example under one name, as it is written there. */
function exampleOf(text: string, name: string): readonly string[] {
  const [part] = text.match(new RegExp(`^${name}:.*\\n(?: .*\\n)*`, 'm')) ?? []
  return part === undefined ? [] : [`\`\`\`yaml\n${part}\`\`\``]
}

interface Place {
  readonly path: string
  readonly isNeeded: boolean
  readonly texts: Texts
}

function rowsOf(setting: Setting, { path, isNeeded, texts }: Place): readonly string[] {
  const cells = [
    `\`${path}\``,
    typeOf(setting, texts),
    defaultOf(setting, isNeeded, texts),
    unitOf(setting, path, texts),
    meaningOf(setting, texts)
  ]
  const row =
    setting.properties && setting.description === undefined ? [] : [`| ${cells.map(cell).join(' | ')} |`]
  return [...row, ...innerRows(setting, path, texts)]
}

function innerRows(setting: Setting, path: string, texts: Texts): readonly string[] {
  if (setting.items) return innerRows(setting.items, `${path}[]`, texts)
  const members = Object.entries(setting.properties ?? {}).flatMap(([name, inner]) =>
    rowsOf(inner, { path: `${path}.${name}`, isNeeded: isRequired(setting, name), texts })
  )
  const named = Object.values(setting.patternProperties ?? {}).flatMap((inner) =>
    innerRows(inner, `${path}.<${texts.name}>`, texts)
  )
  return [...members, ...named]
}

function isRequired({ required = [], properties = {} }: Setting, name: string): boolean {
  return required.includes(name) && properties[name]?.default === undefined
}

function typeOf(setting: Setting, texts: Texts): string {
  const { anyOf, items, minimum, maximum, exclusiveMinimum, format = '' } = setting
  if (anyOf) return anyOf.map(({ const: value }) => `\`${value}\``).join(', ')
  if (items) return `${texts.list} ${typeOf(items, texts)}`
  const name = texts.types[format] ?? texts.types[setting.type ?? 'any'] ?? setting.type ?? ''
  const least = minimum ?? exclusiveMinimum
  if (least === undefined) return name
  if (exclusiveMinimum === undefined && maximum !== undefined) return `${name} ${least}–${maximum}`
  const most = maximum === undefined ? '' : `, ≤ ${maximum}`
  return `${name} ${exclusiveMinimum === undefined ? '≥' : '>'} ${least}${most}`
}

function defaultOf({ default: value, properties }: Setting, isNeeded: boolean, texts: Texts): string {
  if (isNeeded) return texts.required
  if (value === undefined || properties) return '–'
  return `\`${JSON.stringify(value)}\``
}

/** Names say their unit at their end. */
function unitOf({ type }: Setting, path: string, { units }: Texts): string {
  if (type !== 'integer' && type !== 'number') return '–'
  return units.find(([end]) => end.test(path))?.[1] ?? '–'
}

function meaningOf({ description = '', secret }: Setting, texts: Texts): string {
  const meaning = description && inLanguage(description, texts.language)
  return `${meaning}${secret ? ` ${texts.secret}` : ''}`.trim() || '–'
}

function inLanguage(description: string, language: Language): string {
  if (language === 'en') return description
  const text = vietnamese[description]
  if (text === undefined) {
    throw new TypeError(`cli/generate/settings-vi.ts has no Vietnamese for "${description}"`)
  }
  return text
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
}

/** Every description below a setting, in English. */
export function descriptionsIn(setting: Setting): readonly string[] {
  const { description, items, properties = {}, patternProperties = {} } = setting
  const inner = [...Object.values(properties), ...Object.values(patternProperties), ...(items ? [items] : [])]
  return [...(description === undefined ? [] : [description]), ...inner.flatMap(descriptionsIn)]
}
