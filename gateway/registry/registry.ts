import type { FastifyPluginAsync } from 'fastify'
import type { Control } from '#bus/control/control.ts'
import { changeRegistry } from './change-registry.ts'
import { readRegistry } from './read-registry.ts'
import { addRegistryReplies } from './registry-replies.ts'

export interface RegistryOptions {
  readonly control: Pick<Control, 'state'>
  readonly domains: ReadonlySet<string>
  /** Whether it can be read without a token. */
  readonly isOpen: boolean
}

/** `/registry`: the Confluent Schema Registry API for the registered schemas. */
export const registry: FastifyPluginAsync<RegistryOptions> = async (app, { control, domains, isOpen }) => {
  addRegistryReplies(app)
  const options = { registry: control.state.registry, domains, token: isOpen ? 'none' : 'plain' } as const
  await app.register(readRegistry, options)
  await app.register(changeRegistry, options)
}
