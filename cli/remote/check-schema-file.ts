import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { parseAvro } from '#protocol/avro/parse-avro.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { checkEventSchema } from '#protocol/events/check-event-schema.ts'
import { subjectOfType, typeOfSubject } from '#protocol/events/event-subjects.ts'
import { registeredStatus } from './registered-status.ts'

export interface SchemaFileOptions {
  /** The subject that it is a version of; absent: the subject of the event type in its name, if any. */
  readonly subject?: string | undefined
  /** URL of the registry to compare it with; absent: the file is checked alone. */
  readonly against?: string | undefined
}

export interface CheckedSchema {
  /** What is wrong with it; empty if nothing is. */
  readonly problems: readonly string[]
  /** What it is, if nothing is wrong. */
  readonly message: string
}

/** Checks that a schema is valid and compatible with the registered versions. Rejects if the file cannot be read. */
export async function checkSchemaFile(
  file: string,
  { subject, against }: SchemaFileOptions
): Promise<CheckedSchema> {
  const type = subject === undefined ? typeOfFile(file) : typeOfSubject(subject)
  const content = await readFile(file)
  const text = content.toString()
  const alone = faultsOf(() => {
    if (!isUtf8(content)) throw new BusError('BUS_JSON_INVALID', 'json-not-utf8')
    parseAvro(text)
    if (type !== undefined) checkEventSchema(type, text, [])
  })
  const kind = type === undefined ? 'valid Avro' : `valid for ${type}`
  if (alone.length > 0 || against === undefined) return { problems: alone, message: kind }
  const compared = subject ?? (type === undefined ? undefined : subjectOfType(type))
  if (compared === undefined) {
    return {
      problems: [],
      message: `${kind}; not compared: the file name is not that of an event type; name the subject with --subject`
    }
  }
  return compare({ kind, type, text, subject: compared, against })
}

interface Compared {
  readonly kind: string
  readonly type: string | undefined
  readonly text: string
  readonly subject: string
  readonly against: string
}

async function compare({ kind, type, text, subject, against }: Compared): Promise<CheckedSchema> {
  const status = await registeredStatus(against, subject, text)
  switch (status.kind) {
    case 'registered':
      return {
        problems: [],
        message: `${kind}; already registered as version ${status.version} of ${subject}`
      }
    case 'first':
      return { problems: [], message: `${kind}; would be the first version of ${subject}` }
    case 'unanswered':
      return { problems: [status.why], message: '' }
    case 'compared': {
      // An event type must satisfy more than its level: see checkEventSchema.
      const gains = type === undefined ? [] : faultsOf(() => checkEventSchema(type, text, [status.newest]))
      return {
        problems: [...status.problems, ...gains],
        message: `${kind}; compatible with the registered versions of ${subject}`
      }
    }
  }
}

/** `document.issued.v1` for `…/schemas/document/issued.v1.avsc`; undefined for a file named otherwise. */
function typeOfFile(file: string): string | undefined {
  const [, domain, event] = eventTypeFile.exec(resolve(file).replaceAll(sep, '/')) ?? []
  return domain === undefined ? undefined : `${domain}.${event}`
}

const eventTypeFile = /\/schemas\/([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*\.v[1-9][0-9]{0,3})\.avsc$/

function faultsOf(check: () => void): readonly string[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof BusError) return [error.text('en')]
    throw error
  }
}
