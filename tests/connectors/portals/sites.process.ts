import { startPortalSite } from '#deploy/outsides/portal-site.ts'
import { createPostsReader } from '#deploy/outsides/wordpress-posts.ts'
import type { Command, SiteMessage, SitePlan } from './messages.ts'

const plans = JSON.parse(process.argv[2] ?? '[]') as readonly SitePlan[]
const tell = (message: SiteMessage): void => void process.send?.(message)

const sites = await Promise.all(
  plans.map(async ({ source, fault }, number) => {
    const readPosts = createPostsReader(
      () => site.articles,
      () => site.url
    )
    const site = await startPortalSite({
      further(request, body, response) {
        const [from, target] = [Date.now(), request.url ?? '/']
        response.once('close', () => tell({ asked: { site: number, target, from, to: Date.now() } }))
        return source === 'wordpress' && readPosts(request, body, response)
      }
    })
    site.fault = fault
    if (source === 'atom') site.style = { ...site.style, format: 'atom', date: (at) => at.toISOString() }
    return site
  })
)

const add = (number: number): void => {
  sites[number]?.add()
  tell({ added: number })
}

process.on('message', (command: Command) => {
  if ('add' in command) add(command.add)
  else for (const site of sites) site.fault = undefined
})
process.once('disconnect', () => process.exit())

for (const number of sites.keys()) add(number)
tell({ ports: sites.map(({ port }) => port) })
