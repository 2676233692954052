import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { repository } from '../helpers/demo-bus.ts'
import { commandsIn, runCommands } from '../helpers/guides.ts'
import { archiveName, installOffline, packedRelease } from '../helpers/packed-release.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Commands that are run elsewhere, and why not here. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm ci': 'it needs the checkout and a registry: .ci/run begins with it',
  'npm run package': 'it is run before the others, in the checkout'
}

/** What the commands of a page print once what the page promises has come to pass. */
const promises: Readonly<Record<string, readonly RegExp[]>> = {
  'README.md': [/^Every step succeeded/m],
  'docs/en/operators.md': [
    /Acts done: 7\. The bus is as the file says\./,
    /^accepted /m,
    /document\.issued\.v1 .* from \/agencies\/000\.00\.91\.H03\/systems\/qlvb/,
    /Nothing needs a person\./,
    /^.*so-b-2.*Valid/m,
    /Backed up data to /,
    /Restored to the state of /
  ],
  'docs/en/integrators.md': [
    /staff-so-a \(staff\) running/,
    /account\.opened\.v1 CB-0001 from/,
    /^\d+-[0-9a-f]+\.edxml$/m,
    /quarantined: 0/
  ],
  'docs/en/agencies.md': [
    /^ok {2}rights: document\.issued\.v1$/m,
    /^accepted /m,
    /^repeated /m,
    /\(000\.00\.92\.H03\): Accepted/,
    /cong-van\.txt: \d+ bytes/,
    /BUS_PAYLOAD_INVALID: .*codeNumber/,
    /^exit code 1$/m
  ],
  'README.vi.md': [/^Mọi bước đều thành công\./m],
  'docs/vi/agencies.md': [
    /^đã tiếp nhận /m,
    /^đã gửi từ trước /m,
    /\(000\.00\.92\.H03\): Đã chấp nhận/,
    /cong-van\.txt: \d+ byte/,
    /BUS_PAYLOAD_INVALID: .*codeNumber/,
    /^exit code 1$/m
  ]
}

const guides = globSync('docs/en/*.md', { cwd: repository })
const pages = ['README.md', ...guides].filter((page) => commandsIn(page).length > 0)
/** The commands are those of the English pages, but what they print is Vietnamese: two pages stand for all. */
const inVietnamese = ['README.vi.md', 'docs/vi/agencies.md']

describe('the commands of README.md and of the guides do what the page says, from an empty folder', () => {
  const cleanups = collectCleanups()
  let archive = ''
  before(async () => {
    archive = await packedRelease(temporaryFolder(cleanups))
  })

  after(() => cleanups.end())

  it('and no other page has commands', () =>
    assert.deepEqual([...pages, ...inVietnamese].sort(), Object.keys(promises).sort()))

  for (const page of [...pages, ...inVietnamese]) {
    it(page, async (t) => {
      const folder = temporaryFolder(t)
      await installOffline(archive, folder)
      const here = commandsIn(page).map((block) =>
        block
          .split('\n')
          .filter((line) => elsewhere[line] === undefined)
          .map((line) => (line === `npm install ./${archiveName}` ? '' : line))
          .join('\n')
          .replace('npx --no-install ', './node_modules/.bin/')
          .replace('demo --once', '$& --port 8080 --management-port 9090')
      )
      const lang = inVietnamese.includes(page) ? 'vi_VN.UTF-8' : 'en_GB.UTF-8'
      const printed = await runCommands(here, folder, lang)
      for (const promise of promises[page] ?? []) {
        assert.ok(promise.test(printed), `${promise} is not printed:\n${printed}`)
      }
    })
  }
})

const codeOf = (page: string): readonly string[] =>
  readFileSync(join(repository, page), 'utf8').match(/^```[\s\S]*?^```$/gm) ?? []
const proseOf = (page: string): string =>
  readFileSync(join(repository, page), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
/** Where links lead, whatever the language: anchors are headings, which differ. */
const linksOf = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/\]\(([^)#\s]*)[^)]*\)/g)].map(([, target = '']) =>
    target.replace('README.vi.md', 'README.md').replace(/\/(?:en|vi)\//, '/')
  )
const shapeOf = (page: string) => ({
  headings: proseOf(page).match(/^#+ /gm),
  code: codeOf(page),
  links: linksOf(page),
  rows: proseOf(page).match(/^(?:\| |- |\d+\. )/gm)?.length
})

describe('English and Vietnamese say the same', () => {
  const pairs = [['README.md', 'README.vi.md'], ...guides.map((page) => [page, page.replace('/en/', '/vi/')])]
  it('page for page', () => {
    const vietnamese = globSync('docs/vi/*.md', { cwd: repository })
    assert.deepEqual(
      vietnamese.map((page) => page.replace('/vi/', '/en/')),
      guides
    )
  })

  for (const [english = '', vietnamese = ''] of pairs) {
    it(`${english}: the same headings, code, links and rows`, () => {
      assert.deepEqual(shapeOf(vietnamese), shapeOf(english))
      assert.ok(
        linksOf(english)[0]?.endsWith(english.split('/').at(-1) ?? ''),
        'begins with the other language'
      )
    })
  }
})
