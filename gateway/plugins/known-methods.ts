import type { FastifyInstance } from 'fastify'

/** The methods that an address has, such as `['GET', 'HEAD']`; none for an address that is not known. */
export type KnownMethods = (url: string) => readonly string[]

/** Notes the routes that are added from now on. For requests that no route takes: addresses are compared one by one. */
export function noteMethods(app: FastifyInstance): KnownMethods {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const one of [method].flat()) route.methods.add(one)
    routes.set(url, route)
  })
  return (url) => {
    const path = withoutSlash(url.split('?')[0] ?? '')
    const found = [...routes.values()].filter(({ pattern }) => pattern.test(path))
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort()
  }
}

/** Addresses of a route, as fastify writes it: `:name` is one step, `*` the rest. */
function patternOf(url: string): RegExp {
  const steps = withoutSlash(url).split('/')
  const patterns = steps.map((step) => {
    if (step === '*') return '.*'
    return step.startsWith(':') ? '[^/]+' : step.replaceAll(/[.+?^$()|[\]\\{}]/g, '\\$&')
  })
  return new RegExp(`^${patterns.join('/')}$`)
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
