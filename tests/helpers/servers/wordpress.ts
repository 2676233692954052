import { after, before, describe } from 'node:test'
import { startWordPress, type WordPress } from '#deploy/servers/wordpress.ts'
import { wordpressFolder } from './installed.ts'
import { needs } from './needs.ts'

/** A suite with a WordPress of its own; reports by name if none is installed. */
export function describeOnWordPress(title: string, suite: (wordpress: () => WordPress) => void): void {
  describe(title, needs('wordpress'), () => {
    let wordpress: WordPress
    const ends: (() => unknown)[] = []
    before(async () => {
      wordpress = await startWordPress({ after: (end) => void ends.push(end) }, wordpressFolder)
    })
    after(async () => {
      for (const end of ends.toReversed()) await end()
    })
    suite(() => wordpress)
  })
}
