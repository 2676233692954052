import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { before, describe, it } from 'node:test'
import { actDefinitions } from '#bus/control/kinds.ts'
import { repository } from '../../helpers/demo-bus.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { startTestBus } from '../../helpers/test-bus.ts'
import { importWeb, web } from './web-module.ts'

const largestBytes = 100_000

describe('the console', () => {
  const suite = afterSuite()
  let url = ''
  let page: Response
  let html = ''
  let assets: readonly string[] = []
  before(async () => {
    url = (await startTestBus(suite)).url
    page = await fetch(`${url}/console`)
    html = await page.text()
    assets = [...new Set([...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => String(path)))]
  })
  const gzipped = { headers: { 'accept-encoding': 'gzip' } }

  it('weighs no more than 100 KB, compressed', async () => {
    const sizes = await Promise.all(
      ['/console', ...assets].map(async (path) =>
        Number((await fetch(url + path, gzipped)).headers.get('content-length'))
      )
    )
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    assert.ok(sizes.every((size) => size > 0) && bytes <= largestBytes, `${bytes} bytes`)
  })

  it('answers with the same page at every address of it', async () => {
    for (const path of ['/console/', '/console/flows/000.00.91.H03%2C1', '/console/no/such/page']) {
      assert.equal(await (await fetch(url + path)).text(), html)
    }
  })

  it('allows only its own files, no script or style in the page, and no other host', () => {
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
    assert.doesNotMatch(html, /<script(?![^>]* src=)|<style|style=|\son\w+=/i)
    assert.ok(assets.every((path) => path.startsWith('/console/assets/')))
  })

  it('keeps a file for ever, by the digest of all, and the page only until it changes', async () => {
    for (const path of assets) {
      const { headers } = await fetch(url + path)
      assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable', path)
    }
    const etag = String(page.headers.get('etag'))
    assert.equal(page.headers.get('cache-control'), 'no-cache')
    assert.equal((await fetch(`${url}/console`, { headers: { 'if-none-match': etag } })).status, 304)
  })

  it('says of a file of another release that it is not there', async () => {
    const answer = await fetch(`${url}/console/assets/0123456789abcdef/console.js`)
    assert.equal(answer.status, 404)
    assert.equal(((await answer.json()) as { code: string }).code, 'BUS_NOT_FOUND')
  })

  it('loads every module by its path, and names no other host', async () => {
    for (const path of assets.filter((one) => one.endsWith('.js'))) {
      const text = await (await fetch(url + path)).text()
      for (const [, name] of text.matchAll(
        /^(?:import|export)\s*[\w$]*\s*(?:\{[^}]*\})?\s*from\s*["']([^"']+)["']/gm
      )) {
        assert.match(String(name), /^\.\.?\//, `${path} imports ${name}`)
        assert.ok(assets.includes(new URL(String(name), `${url}${path}`).pathname), `${path} imports ${name}`)
      }
      assert.doesNotMatch(text.replaceAll('http://www.w3.org/', ''), /https?:\/\//, path)
    }
  })
})

describe('the texts of the console', async () => {
  const textsOf = async (language: string): Promise<Record<string, string>> =>
    (await importWeb<{ default: Record<string, string> }>(`${language}.js`)).default
  const [vi, en] = await Promise.all([textsOf('vi'), textsOf('en')])
  const valuesIn = (text = ''): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort()

  it('are the same in both languages, none missing or empty, with the same values', () => {
    assert.deepEqual(Object.keys(vi), Object.keys(en))
    for (const [key, text] of Object.entries(vi)) {
      assert.ok(text.trim() !== '' && en[key]?.trim() !== '', key)
      assert.deepEqual(valuesIn(text), valuesIn(en[key]), key)
    }
  })

  it('name every event type that is shipped, and every act that changes the control state', async () => {
    const { eventNames } = await importWeb<{ eventNames: Record<string, { vi: string; en: string }> }>(
      'event-names.js'
    )
    const shipped = globSync('*/*.avsc', { cwd: join(repository, 'schemas') })
    const named = shipped.map((path) => path.replace('/', '.').replace(/\.v\d+\.avsc$/, ''))
    assert.deepEqual(Object.keys(eventNames).sort(), [...new Set(named)].sort())
    assert.deepEqual(
      Object.keys(actDefinitions).filter((act) => !Object.hasOwn(vi, `act.${act}`)),
      []
    )
  })

  it('are all shown somewhere', () => {
    const files = globSync(['**/*.js', join(repository, 'cli', '**/*.ts')], {
      cwd: web,
      exclude: ['vi.js', 'en.js']
    })
    const code = files.map((path) => readFileSync(resolve(web, path), 'utf8')).join('\n')
    const groups = [...code.matchAll(/(?:label\(|group=|group = )['"]([\w.]+)['"]/g)].map(
      ([, group]) => `${group}.`
    )
    const unused = Object.keys(vi).filter(
      (key) => !code.includes(`'${key}'`) && !groups.some((group) => key.startsWith(group))
    )
    assert.deepEqual(unused, [])
  })
})
