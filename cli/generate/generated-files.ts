import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { domainOf } from '#protocol/events/event.ts'
import { readEventSchema } from '#protocol/events/event-schema.ts'
import { payloadJsonSchema } from '#protocol/events/payload-json-schema.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { alertsPage, rulesFile } from './alert-files.ts'
import { checksPage } from './checks-page.ts'
import { clientPage } from './client-page.ts'
import { loadPairs, loadRecorded } from './compatibility-table.ts'
import { eventTypesPage } from './event-types-page.ts'
import { grafanaBoard } from './grafana-board.ts'
import { mistakesPage } from './mistakes-page.ts'
import { catalogueModule, payloadTypes } from './payload-types.ts'
import { problemsPage } from './problems-page.ts'
import { registryCompatibilityPage } from './registry-compatibility-page.ts'
import { rightsPage } from './rights-page.ts'
import { referencePages } from './settings-reference.ts'
import { pagesWithSettings } from './settings-table.ts'
import { strimziTopics } from './strimzi-topics.ts'

/** Everything in this folder is generated; files no longer generated are deleted. */
export const generatedFolder = 'schemas/generated'

/** The text of every generated file, by its path in the repository. */
export async function generatedFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const types = shippedSchemas().map(({ type, text }) => {
    const example = readFileSync(join(root, 'schemas', `${type.replace('.', '/')}.example.json`), 'utf8')
    return { type, shape: readEventSchema(text), example }
  })
  const domains = Map.groupBy(types, ({ type }) => domainOf(type))
  return new Map([
    [`${generatedFolder}/catalogue.ts`, catalogueModule(types)],
    ...[...domains].map(
      ([domain, members]) =>
        [`${generatedFolder}/${domain}.ts`, payloadTypes(members.map(({ shape }) => shape))] as const
    ),
    ...types.map(({ type, shape }) => {
      const schema = {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: type,
        ...payloadJsonSchema(shape)
      }
      return [`${generatedFolder}/json-schema/${type}.json`, `${JSON.stringify(schema, null, 2)}\n`] as const
    }),
    ...(await pagesWithSettings(root)),
    ...referencePages(root),
    ['deploy/alerts/lienthong.yaml', rulesFile()],
    ['deploy/grafana/lienthong.json', grafanaBoard()],
    ['deploy/kubernetes/shared/topics.yaml', strimziTopics()],
    ['docs/alerts.md', alertsPage()],
    ['docs/client.md', clientPage(root)],
    ['docs/connector-guide.md', checksPage(root)],
    ['docs/event-types.md', eventTypesPage(types)],
    ['docs/mistakes.md', mistakesPage(root)],
    ['docs/problems.md', problemsPage()],
    ['docs/rights.md', await rightsPage()],
    ['docs/registry-compatibility.md', registryCompatibilityPage(loadPairs(root), loadRecorded(root))]
  ])
}
