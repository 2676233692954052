import type { FastifyPluginAsync } from 'fastify'
import { levelOf, type RegistryState } from '#bus/registry/registry-state.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ReadRegistryOptions } from './read-schemas.ts'
import { checkSubject, parseConfigBody, parseModeBody, type SentConfig } from './registry-bodies.ts'
import { isTrue, type RegistryQuery } from './registry-query.ts'
import { registryRoute } from './registry-views.ts'

type OfSubject = { Params: { subject: string }; Querystring: RegistryQuery }

/** The part of the Confluent Schema Registry API about compatibility levels and modes. A change needs an act. */
export const configAndMode: FastifyPluginAsync<ReadRegistryOptions> = async (app, { registry, token }) => {
  const read = (summary: string) => registryRoute(summary, token)
  const write = (summary: string) => registryRoute(summary, 'plain')

  app.get('/config', read('Read the default compatibility level'), async () => toConfig(registry, ''))
  app.get<OfSubject>(
    '/config/:subject',
    read('Read the level of a subject'),
    async ({ params: { subject }, query }) => {
      if (hasConfig(registry, subject)) return toConfig(registry, subject)
      if (isTrue(query, 'defaultToGlobal'))
        return { ...toConfig(registry, ''), ...toConfig(registry, subject) }
      throw new BusError('BUS_NOT_FOUND', 'level-not-set', { values: { subject } })
    }
  )
  app.put('/config', write('Set the default compatibility level (by an act)'), async ({ body }) =>
    answerConfig(registry, '', parseConfigBody(body))
  )
  app.put<OfSubject>(
    '/config/:subject',
    write('Set the level of a subject (by an act)'),
    async ({ params: { subject }, body }) => {
      checkSubject(subject)
      return answerConfig(registry, subject, parseConfigBody(body))
    }
  )
  app.delete('/config', write('Remove the default compatibility level (by an act)'), async () =>
    hasConfig(registry, '') ? needsAct() : toConfig(registry, '')
  )
  app.delete<OfSubject>(
    '/config/:subject',
    write('Remove the level of a subject (by an act)'),
    async ({ params: { subject } }) => {
      if (hasConfig(registry, subject)) return needsAct()
      throw new BusError('BUS_NOT_FOUND', 'subject-unknown', { values: { subject } })
    }
  )

  const readwrite = async () => ({ mode: 'READWRITE' })
  app.get('/mode', read('Read the mode; always READWRITE'), readwrite)
  app.get<OfSubject>(
    '/mode/:subject',
    read('Read the mode of a subject; it never has its own'),
    async ({ params: { subject }, query }) => {
      if (isTrue(query, 'defaultToGlobal')) return readwrite()
      throw new BusError('BUS_NOT_FOUND', 'mode-not-set', { values: { subject } })
    }
  )
  app.put('/mode', write('Set the mode; only READWRITE is accepted'), async ({ body }) => ({
    mode: parseModeBody(body)
  }))
  app.put<OfSubject>(
    '/mode/:subject',
    write('Set the mode of a subject; only READWRITE is accepted'),
    async ({ params, body }) => {
      checkSubject(params.subject)
      return { mode: parseModeBody(body) }
    }
  )
  app.delete('/mode', write('Remove the mode; it is READWRITE after that too'), readwrite)
  app.delete<OfSubject>(
    '/mode/:subject',
    write('Remove the mode of a subject; it never has its own'),
    async ({ params: { subject } }): Promise<never> => {
      throw new BusError('BUS_NOT_FOUND', 'subject-unknown', { values: { subject } })
    }
  )
}

/** Throws what tells the proxy to sign an act. */
export function needsAct(values: { readonly same?: number } = {}): never {
  throw new BusError('BUS_NOT_PERMITTED', 'registry-needs-act', { values })
}

/** What was set, if it is in force already. */
function answerConfig(registry: RegistryState, subject: string, sent: SentConfig): SentConfig {
  const { compatibility, normalize } = sent
  const level = subject === '' ? registry.level : registry.levels.get(subject)
  const isSet =
    (compatibility === undefined || compatibility === level) &&
    (normalize === undefined || normalize === registry.normalize.get(subject))
  return isSet ? sent : needsAct()
}

function hasConfig(registry: RegistryState, subject: string): boolean {
  const level = subject === '' ? registry.level : registry.levels.get(subject)
  return level !== undefined || registry.normalize.has(subject)
}

function toConfig(registry: RegistryState, subject: string): object {
  const normalize = registry.normalize.get(subject)
  return {
    compatibilityLevel: levelOf(registry, subject),
    ...(normalize === undefined ? {} : { normalize })
  }
}
