import { activityTopic } from '#bus/event-log/kafka/activity-topic.ts'
import { shippedSchemas } from './shipped-schemas.ts'

/** The topics of this release: one a domain, and what was done on the bus itself. */
export function topicsOf(): readonly string[] {
  const domains = shippedSchemas().map(({ type }) => `lienthong.${type.split('.')[0]}`)
  return [...new Set([activityTopic, ...domains])].sort()
}
