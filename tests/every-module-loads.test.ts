import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { repository } from '#tests/helpers/demo-bus.ts'

/** Files that run when they are loaded. */
const runs = [
  'bench/apicurio/main.ts',
  'cli/main.ts',
  'cli/generate.ts',
  'bus/event-log/sqlite/log-writer.worker.ts',
  'bus/store/sqlite/store-writer.worker.ts',
  'bench/attachments/main.ts',
  'connectors/document/read-apart.worker.ts',
  'bench/faults/main.ts',
  'bench/faults/kafka/member.ts',
  'bench/faults/kafka-uses.ts',
  'bench/attachments/main.ts',
  'bench/compare/main.ts',
  'bench/compare/generator-process.ts',
  'bench/compare/baselines/bare-fastify.ts',
  'bench/compare/subjects/append.ts',
  'bench/compare/subjects/kafka-append.ts',
  'bench/compare/subjects/project.ts',
  'bench/fuzz/main.ts',
  'bench/hostile/main.ts'
]
const rooms = '{bus,schemas,gateway,connectors,consumers,client,cli,deploy,bench}'

for (const path of globSync(`${rooms}/**/*.ts`, { cwd: repository, exclude: ['**/*.test.ts', ...runs] })) {
  test(`${path} loads`, async () => {
    await import(pathToFileURL(join(repository, path)).href)
  })
}
