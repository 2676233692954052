import type { FastifyPluginAsync } from 'fastify'
import type { Control } from '#bus/control/control.ts'
import type { SchemaChecks } from '#bus/registry/schema-checks.ts'
import { changeRegistry } from './change-registry.ts'
import { configAndMode } from './config-and-mode.ts'
import { readSchemas } from './read-schemas.ts'
import { readSubjects } from './read-subjects.ts'
import { addRegistryReplies } from './registry-replies.ts'

export interface RegistryOptions {
  readonly control: Pick<Control, 'state'>
  readonly schemaChecks: SchemaChecks
  /** Whether it can be read without a token. */
  readonly isOpen: boolean
}

/** `/registry`: the Confluent Schema Registry API for the registered schemas. */
export const registry: FastifyPluginAsync<RegistryOptions> = async (
  app,
  { control, schemaChecks, isOpen }
) => {
  addRegistryReplies(app)
  const options = {
    registry: control.state.registry,
    schemaChecks,
    token: isOpen ? 'none' : 'plain'
  } as const
  await app.register(readSchemas, options)
  await app.register(readSubjects, options)
  await app.register(changeRegistry, options)
  await app.register(configAndMode, options)
}
