import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** The path of the gateway's public URL; undefined on the management port. */
    publicPath: string | undefined
  }
}

/** The path of the public URL, such as `/lienthong`, if the gateway shares its host; else empty. */
export function publicPathOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '')
}

/** A request's path and query below the public URL. Some proxies take the path of the public URL away, others pass it on. */
export function belowPublicPath(url: string, publicPath: string): string {
  const rest = url.slice(publicPath.length)
  if (publicPath === '' || !url.startsWith(publicPath) || !/^(?:[/?]|$)/.test(rest)) return url
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** The path of a request as its caller wrote it, without the query. */
export function pathAsSent({ publicPath = '', url }: Pick<FastifyRequest, 'publicPath' | 'url'>): string {
  return publicPath + (url.split('?')[0] ?? '/')
}

/** Routes know no public URL: `Location` and `Link` get its path here, so that callers may follow them. */
export function addPublicPath(app: FastifyInstance, publicPath: string): void {
  app.decorateRequest('publicPath', publicPath)
  if (publicPath === '') return
  app.addHook('onSend', async (_request, reply) => {
    const { location, link } = reply.getHeaders()
    if (typeof location === 'string' && /^\/(?!\/)/.test(location))
      reply.header('location', publicPath + location)
    if (typeof link === 'string') reply.header('link', link.replaceAll('</', `<${publicPath}/`))
  })
}
