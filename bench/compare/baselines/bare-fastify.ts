import { fastify } from 'fastify'

/** A POST of JSON as in fastify's guide, and nothing else: parsed, answered, not stored. */
const app = fastify()

app.post('/events', async (_request, reply) => reply.code(202).send({ accepted: true }))

const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`Bare fastify listens on ${url}\n`)
