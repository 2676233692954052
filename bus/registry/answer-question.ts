import { canonicalText } from '#protocol/avro/canonical-text.ts'
import {
  type Incompatibility,
  incompatibilities,
  incompatibilityText
} from '#protocol/avro/compatibility/incompatibilities.ts'
import { parseAvro } from '#protocol/avro/parse-avro.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { checkEventSchema } from '#protocol/events/check-event-schema.ts'
import type { SchemaQuestion, SchemaTexts, SpellingQuestion } from './schema-question.ts'

/**
 * What makes a schema incompatible with the versions of its question, oldest
 * first; also that there is more to read than time for.
 * Throws `BUS_SCHEMA_INVALID` naming the field: it is no Avro, or an event type
 * may not have it.
 */
export function answerQuestion(question: SchemaQuestion): readonly Incompatibility[] {
  const { text, referred, event, level, earlier, unread } = question
  const schema = parseAvro(text, referred)
  if (event) checkEventSchema(event.type, text, event.texts)
  if (unread !== undefined) return [tooMuch(unread)]
  const versions = earlier.map((one) => ({ version: one.version, schema: parseAvro(one.text, one.referred) }))
  return incompatibilities(level, schema, versions)
}

/** The position of the same schema among the others of a question; −1 if there is none. Throws `BUS_SCHEMA_INVALID`. */
export function answerSpelling({ text, referred, others }: SpellingQuestion): number {
  parseAvro(text, referred)
  const own = canonicalText(text, referred)
  return others.findIndex((other) => other.text !== text && isWrittenOut(other, own))
}

/** Whether a schema with its references written as definitions is this text. One that is too deep then is another. */
function isWrittenOut({ text, referred }: SchemaTexts, expected: string): boolean {
  try {
    return canonicalText(text, referred) === expected
  } catch (error) {
    if (error instanceof BusError) return false
    throw error
  }
}

/** Throws `BUS_SCHEMA_INCOMPATIBLE`, naming field and version, where a new version is incompatible. */
export function refuseIncompatible(
  subject: string,
  { level }: Pick<SchemaQuestion, 'level'>,
  [first]: readonly Incompatibility[]
): void {
  if (!first) return
  const problem = incompatibilityText(first, 'en')
  throw new BusError('BUS_SCHEMA_INCOMPATIBLE', 'schema-incompatible', {
    values: { subject, level, problem }
  })
}

function tooMuch(version: number): Incompatibility {
  const sides = { written: 'the new schema', expected: `all versions up to ${version}` }
  return { version, direction: 'backward', fault: 'unreadable-complex', field: '/', ...sides }
}
