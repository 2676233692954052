import { readFile } from 'node:fs/promises'
import type { Static, TSchema } from 'typebox'
import { LineCounter, parse, YAMLParseError } from 'yaml'
import { BusError } from '#protocol/errors/bus-error.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'

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
  const missing: string[] = []
  const text =
    file === undefined
      ? ''
      : await readFile(file, 'utf8').catch((cause: unknown) => refuse(file, String(cause)))
  const raw: unknown = parsed(text, file ?? '') ?? {}
  const config = await substituted(raw, '', { environment, missing })
  const problems = [...missing, ...fillSettings(schema, config)]
  if (problems.length > 0) refuse(file ?? 'the default configuration', problems.join('; '))
  return config as Static<T>
}

function refuse(file: string, problems: string): never {
  throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', { values: { file, problems } })
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
  const lineCounter = new LineCounter()
  try {
    return parse(text, { prettyErrors: false, lineCounter })
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    const { line, col } = lineCounter.linePos(error.pos[0])
    return refuse(file, `the YAML is faulty at line ${line}, column ${col} (${error.code})`)
  }
}

interface Substitution {
  readonly environment: LoadConfigOptions['environment']
  readonly missing: string[]
}

/** Replaces `${NAME}` by the environment's value, in texts at any depth. */
async function substituted(value: unknown, path: string, context: Substitution): Promise<unknown> {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (place, name: string) => {
      const found = context.environment[name]
      if (found === undefined && checkedLater.test(path)) return place
      if (found === undefined)
        context.missing.push(`${path || '/'} uses the environment variable \${${name}}, which is not set`)
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
