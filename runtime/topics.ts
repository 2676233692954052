import { activityTopic } from '#engines/event-log/activity-topic.ts'
import { domainOf } from '#protocol/events/event.ts'
import { shippedSchemas } from './shipped-schemas.ts'

/** The domains of this release: those of its schemas. */
export function domainsOf(): ReadonlySet<string> {
  return new Set(shippedSchemas().map(({ type }) => domainOf(type)))
}

/** The topics of this release: one for each domain, and the activity topic. */
export function topicsOf(): readonly string[] {
  return [activityTopic, ...[...domainsOf()].map((domain) => `lienthong.${domain}`)].sort()
}
