import { readFile } from 'node:fs/promises'
import type { Static, TSchema } from 'typebox'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { BusError } from '#protocol/errors/bus-error.ts'
import { settingFaults } from '#protocol/events/json-schema.ts'
import type { SettingFault } from '#protocol/events/setting-fault.ts'
import { unresolvedAlias } from './unresolved-alias.ts'

export interface LoadConfigOptions {
  /** The file; without one, every setting has its default. */
  readonly file: string | undefined
  /** Values of `${NAME}` in the file. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Members whose parts are checked one by one later: a variable that is not set stays in them as it is written. */
const checkedLater = /^\/(?:connectors|defaults)\//

/**
 * Reads a configuration file, checks it against its schema and fills in defaults. Reports all faults at
 * once, each with its path in the file (`BUS_CONFIG_INVALID`).
 */
export async function loadConfig<T extends TSchema>(
  schema: T,
  options: LoadConfigOptions
): Promise<Static<T>> {
  const { file, environment } = options
  const missing: SettingFault[] = []
  const text =
    file === undefined
      ? ''
      : await readFile(file, 'utf8').catch(({ code }: NodeJS.ErrnoException) =>
          refuse(file, {
            en: `the file cannot be read (${code}): check its path, and who may read it`,
            vi: `không đọc được tệp (${code}): hãy kiểm tra đường dẫn và quyền đọc`
          })
        )
  const raw: unknown = parsed(text, file ?? '') ?? {}
  const config = await substituted(raw, '', { environment, missing })
  const problems = [...missing, ...settingFaults(schema, config)]
  if (problems.length > 0) refuse(file ?? 'lienthong.yaml', ...problems)
  return config as Static<T>
}

function refuse(file: string, ...faults: readonly SettingFault[]): never {
  const problems = faults.map(({ en }) => en).join('; ')
  const problemsVi = faults.map(({ vi }) => vi).join('; ')
  throw new BusError('BUS_CONFIG_INVALID', 'settings-invalid', { values: { file, problems, problemsVi } })
}

/** A file's content with the values of variables; those that are not set stay as they are written. */
export async function readYaml(
  file: string,
  environment: LoadConfigOptions['environment']
): Promise<unknown> {
  return substituted(parsed(await readFile(file, 'utf8'), file), '/connectors/', { environment, missing: [] })
}

/** What the parser says of a fault quotes the file, which may contain secrets: only the code and place are told. */
function parsed(text: string, file: string): unknown {
  const counter = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter: counter, logLevel: 'error' })
  const fault = faultIn(document)
  if (!fault) return document.toJS() as unknown
  const { line, col } = counter.linePos(fault.offset)
  const { en, vi } = yamlHints[fault.code] ?? yamlHints.other
  return refuse(file, {
    en: `the YAML is faulty at line ${line}, column ${col} (${fault.code}): ${en}`,
    vi: `YAML sai ở dòng ${line}, cột ${col} (${fault.code}): ${vi}`
  })
}

/** The first fault of a file; what begins with `*`, `!` or `&` is most often a password without quotation marks. */
function faultIn(document: Document): { readonly code: string; readonly offset: number } | undefined {
  const [first] = [...document.errors, ...document.warnings]
  if (first) return { code: first.code, offset: first.pos[0] }
  const alias = unresolvedAlias(document)
  if (alias !== undefined) return { code: 'BAD_ALIAS', offset: alias }
  try {
    document.toJS()
    return undefined
  } catch {
    return { code: 'TOO_MANY_ALIASES', offset: 0 }
  }
}

const quoted: SettingFault = {
  en: 'put a text that begins with *, ! or & in quotation marks',
  vi: 'hãy đặt chữ bắt đầu bằng *, ! hoặc & trong dấu nháy'
}

const yamlHints: Readonly<Record<string, SettingFault>> & { readonly other: SettingFault } = {
  TAB_AS_INDENT: { en: 'indent with spaces, not tabs', vi: 'hãy thụt lề bằng dấu cách, không dùng phím Tab' },
  DUPLICATE_KEY: {
    en: 'the setting is there already, remove one',
    vi: 'thiết lập này đã có, hãy bỏ bớt một'
  },
  BAD_ALIAS: quoted,
  TAG_RESOLVE_FAILED: quoted,
  other: {
    en: 'check indentation, colons, brackets and quotation marks here and in the line before',
    vi: 'hãy kiểm tra thụt lề, dấu hai chấm, dấu ngoặc và dấu nháy ở đây và ở dòng trước'
  }
}

interface Substitution {
  readonly environment: LoadConfigOptions['environment']
  readonly missing: SettingFault[]
}

/** Replaces `${NAME}` by the environment's value, in texts at any depth. */
async function substituted(value: unknown, path: string, context: Substitution): Promise<unknown> {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (place, name: string) => {
      const found = context.environment[name]
      if (found === undefined && checkedLater.test(path)) return place
      if (found === undefined)
        context.missing.push({
          en: `${path || '/'} uses the environment variable \${${name}}, which is not set`,
          vi: `${path || '/'} dùng biến môi trường \${${name}} chưa được đặt`
        })
      return found ?? ''
    })
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map((item, index) => substituted(item, `${path}/${index}`, context)))
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(async ([name, member]) => [
    name,
    await substituted(member, `${path}/${name}`, context)
  ])
  return Object.fromEntries(await Promise.all(entries)) as unknown
}
