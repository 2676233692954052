import { after } from 'node:test'

/** Takes what is to be done at the end: a test's context is one. */
export interface Cleanup {
  after(work: () => unknown): void
}

/** For servers that a suite's tests share: called in its body, given to what its `before` starts. */
export function afterSuite(): Cleanup {
  const works: (() => unknown)[] = []
  after(async () => {
    for (const work of works.reverse()) await work()
  })
  return { after: (work) => works.push(work) }
}
