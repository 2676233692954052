import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { repository } from './helpers/demo-bus.ts'

/** Files that run when they are loaded. */
const runs = [
  'tests/acts/main.ts',
  'tests/acts/record-every-kind.ts',
  'tests/apicurio/main.ts',
  'cli/main.ts',
  'connectors/kit/shifted-clock.ts', // It replaces Date.
  'cli/lienthong.ts',
  'cli/generate.ts',
  'deploy/package/build.ts',
  'tests/faults/main.ts',
  'tests/faults/soak/main.ts',
  'tests/faults/kafka/member.ts',
  'tests/faults/kafka-uses.ts',
  'tests/attachments/main.ts',
  'bench/compare/main.ts',
  'bench/crowd/main.ts',
  'bench/crowd/reader-process.ts',
  'bench/flows/main.ts',
  'bench/live/main.ts',
  'bench/mailbox/main.ts',
  'bench/fairness/main.ts',
  'bench/fairness/load-process.ts',
  'bench/compare/generator-process.ts',
  'bench/compare/connectors/outside-process.ts',
  'bench/compare/baselines/bare-fastify.ts',
  'bench/compare/baselines/one-file.ts',
  'bench/compare/subjects/append.ts',
  'bench/compare/subjects/kind.ts',
  'bench/compare/subjects/kafka-append.ts',
  'bench/compare/subjects/project.ts',
  'tests/accounting/main.ts',
  'tests/fuzz/canonical.ts',
  'tests/fuzz/main.ts',
  'tests/hostile/main.ts'
]
const rooms =
  '{schemas,protocol,engines,bus,consumers,connectors,gateway,client,deploy,runtime,operations,cli,bench,tests/{accounting,acts,apicurio,attachments,faults,fuzz,hostile}}'

for (const path of globSync(`${rooms}/**/*.ts`, {
  cwd: repository,
  exclude: ['**/*.{test,worker}.ts', ...runs]
})) {
  test(`${path} loads`, async () => {
    await import(pathToFileURL(join(repository, path)).href)
  })
}
