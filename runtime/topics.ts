import { activityTopic } from '#engines/event-log/activity-topic.ts'
import { shippedSchemas } from './shipped-schemas.ts'

/** The domains of this release: those it ships schemas for. */
export function domainsOf(): ReadonlySet<string> {
  return new Set(shippedSchemas().map(({ type }) => type.slice(0, type.indexOf('.'))))
}

/** The topics of this release: one a domain, and what was done on the bus itself. */
export function topicsOf(): readonly string[] {
  return [activityTopic, ...[...domainsOf()].map((domain) => `lienthong.${domain}`)].sort()
}
