import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type ConsoleFile, readConsoleFiles } from './console-files.ts'

/**
 * What the page may do: load its own files and ask its own gateway, nothing else. No text is ever taken for HTML
 * (`trusted-types`).
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'"
].join('; ')

const route = { config: { token: 'none' as const }, schema: { hide: true } }

/**
 * `/console`: the page for people. It asks only routes that systems can ask, too. Every address below `/console`
 * answers with the same page, which reads its address itself, so that each view has a link.
 */
export const consolePages: FastifyPluginAsync<{ readonly publicPath: string }> = async (
  app,
  { publicPath }
) => {
  const { page, assets } = await readConsoleFiles(publicPath)
  app.get<{ Params: { '*': string } }>('/console/assets/*', route, async (request, reply) => {
    const file = assets.get(request.params['*'])
    if (!file) throw new BusError('BUS_NOT_FOUND', 'not-found')
    reply.header('cache-control', 'public, max-age=31536000, immutable')
    return send(request, reply, file)
  })
  for (const url of ['/console', '/console/*']) {
    app.get(url, route, async (request, reply) => {
      reply
        .header('cache-control', 'no-cache')
        .header('content-security-policy', policy)
        .header('cross-origin-opener-policy', 'same-origin')
        .header('referrer-policy', 'no-referrer')
      return send(request, reply, page)
    })
  }
}

async function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  file: ConsoleFile
): Promise<FastifyReply> {
  reply.header('etag', file.etag).header('vary', 'accept-encoding')
  if (headers['if-none-match'] === file.etag) return reply.code(304).send()
  reply.type(file.mediaType)
  if (!/\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))) return reply.send(file.text)
  return reply.header('content-encoding', 'gzip').send(await file.gzipped())
}
