import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, test } from 'node:test'
import { repository } from '../helpers/demo-bus.ts'

const { imports } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
/** `bus` of `"#bus/*"`. */
const rooms = Object.keys(imports).map((name) => name.slice(1, -2))

/** Everything in the repository, once: to look through it for each name of each page takes half a minute. */
const paths = globSync('**', { cwd: repository, exclude: ['node_modules', 'var', '.git'] })
const pages = paths.filter((path) => path.endsWith('.md'))

/** What a reader reads: examples are for others to check. */
function proseOf(path: string): string {
  return readFileSync(join(repository, path), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
}

/** As a heading is linked to. */
function anchorsOf(path: string): readonly string[] {
  const headings = proseOf(path).match(/^#+ .*$/gm) ?? []
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
  )
}

function brokenLinksOf(path: string): readonly string[] {
  const targets = [...proseOf(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false
    const [file = '', anchor] = target.split('#')
    const found = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(repository, found))) return true
    return anchor !== undefined && found.endsWith('.md') && !anchorsOf(found).includes(anchor)
  })
}

/** Names in backticks that are meant as files or folders of the repository, and are not there. */
function missingPathsOf(path: string): readonly string[] {
  const folder = dirname(path)
  const isOfRoom = rooms.includes(folder.split('/')[0] ?? '')
  const names = [...proseOf(path).matchAll(/`([\w@.-]+(?:\/[\w@.-]+)*\/?)`/g)].map(([, name = '']) => name)
  return names.filter((name) => {
    const isFolder = isOfRoom && name.endsWith('/')
    const isFile = /\w\.(?:ts|md|avsc|sh)$/.test(name)
    const isInRoom = [...rooms, 'docs'].some((room) => name.startsWith(`${room}/`))
    if (!(isFolder || isFile || isInRoom)) return false
    const isThere = [name, join(folder, name)].some((place) => existsSync(join(repository, place)))
    const inside = isOfRoom ? `${folder}/` : ''
    const end = `/${name.replace(/\/$/, '')}`
    return !isThere && !paths.some((path) => path.startsWith(inside) && path.endsWith(end))
  })
}

describe('every room has a page that says what it is, where to start reading, and what to copy', () => {
  for (const room of rooms) {
    test(room, () => {
      const page = readFileSync(join(repository, room, 'README.md'), 'utf8')
      assert.ok(page.startsWith(`# ${room}\n`))
      assert.match(page, /^Start at /m)
      assert.match(page, /To add |A new /)
      assert.ok(page.split('\n').length <= 80, 'more than a page')
    })
  }
})

const linkedFrom = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => join(dirname(page), target))

for (const language of ['en', 'vi']) {
  it(`docs/${language}/README.md, with docs/README.md for contributors, leads to every page of the documentation`, () => {
    const index = `docs/${language}/README.md`
    const linked = [index, 'docs/README.md', ...linkedFrom(index), ...linkedFrom('docs/README.md')]
    const isPage = new RegExp(`^docs/(?:${language}/)?[\\w-]+\\.md$`)
    assert.deepEqual(
      pages.filter((path) => isPage.test(path) && !linked.includes(path)),
      []
    )
  })
}

describe('what a page links to and names is there', () => {
  for (const path of pages) {
    test(path, () => assert.deepEqual([...brokenLinksOf(path), ...missingPathsOf(path)], []))
  }
})
