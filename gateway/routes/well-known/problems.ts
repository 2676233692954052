import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'

const page = join(import.meta.dirname, '..', '..', '..', 'docs', 'problems.md')

/** `GET /problems`: what each problem type means and how to fix it. */
export const problems: FastifyPluginAsync = async (app) => {
  const text = await readFile(page, 'utf8')
  app.get(
    '/problems',
    {
      config: { token: 'none', rights: 'open' },
      schema: { summary: 'All problem types and how to fix them', tags: ['trust'] }
    },
    async (_request, reply) => reply.type('text/markdown; charset=utf-8').send(text)
  )
}
