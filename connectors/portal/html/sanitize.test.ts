import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { differences } from '../fixtures/html-differences.ts'
import { normalHtml, parsedHtml } from '../fixtures/parsed-html.ts'
import { type HtmlCase, htmlCases } from '../fixtures/vectors.ts'
import { sanitize } from './sanitize.ts'

const base = 'https://portal.example.vn/tin/1.html'

function payloadOf({ payload, payload_repeat: repeat }: HtmlCase): string {
  if (!repeat) return payload ?? ''
  const { prefix, middle, suffix } = repeat
  return prefix[0].repeat(prefix[1]) + middle + suffix[0].repeat(suffix[1])
}

/** What of the expected values of a case does not hold. */
function failuresOf({ expected }: HtmlCase, html: string): readonly string[] {
  const { elements, attributes, text } = parsedHtml(html)
  const {
    must_not_parse_to: not,
    must_contain,
    must_not_contain,
    equals,
    text_equals,
    text_contains
  } = expected
  const schemes = attributes.flatMap(
    ([, value]) => /^\s*([a-z][\w+.-]*):/i.exec(value)?.[1]?.toLowerCase() ?? []
  )
  return [
    ...(not?.elements ?? []).filter((name) => elements.includes(name)),
    ...(not?.attributes ?? []).filter((name) => attributes.some(([one]) => one === name)),
    ...(not?.url_schemes ?? []).filter((scheme) => schemes.includes(scheme)),
    ...(must_contain ?? []).filter((one) => !html.includes(one)).map((one) => `no ${one}`),
    ...(must_not_contain ?? []).filter((one) => html.includes(one)),
    ...(equals === undefined || normalHtml(equals) === normalHtml(html) ? [] : ['equals']),
    ...(text_equals === undefined || text_equals === text ? [] : ['text_equals']),
    ...(text_contains === undefined || text.includes(text_contains) ? [] : ['text_contains'])
  ]
}

const harmless = new Set(
  'href src title alt width height colspan rowspan scope span start reversed datetime lang dir hreflang'.split(
    ' '
  )
)

const sanitized = htmlCases.map((one) => ({ ...one, html: sanitize(payloadOf(one), base).html }))

describe('portal: HTML of others', () => {
  it('meets every case of the test suites, or differs as the table says', () => {
    const failed = sanitized.flatMap((one) => {
      const failures = failuresOf(one, one.html)
      return failures.length > 0 ? [one.id] : []
    })
    assert.deepEqual(failed.toSorted(), Object.keys(differences).toSorted())
    assert.equal(htmlCases.length, 235)
  })

  it('keeps no attribute that runs, styles, names or loads anything but images', () => {
    for (const { id, html } of sanitized) {
      for (const [name, value] of parsedHtml(html).attributes) {
        assert.ok(harmless.has(name), `${id}: ${name}`)
        if (name === 'href' || name === 'src') assert.match(value, /^(?:https?:\/\/|mailto:|tel:)/, id)
      }
    }
  })

  it('is safe as it is read again, by a browser or by the bus', () => {
    for (const { id, html } of sanitized) {
      assert.equal(normalHtml(sanitize(normalHtml(html), base).html), normalHtml(html), id)
    }
  })

  it('takes less than two seconds for what is made to take long', () => {
    const hostile = [
      '<b a='.repeat(100_000),
      '<div>'.repeat(20_000),
      '<a href="&#106;avascript:'.repeat(20_000),
      `<img alt="${'x'.repeat(1_000_000)}" src="a.png">`,
      '<table><tr><td>'.repeat(10_000),
      '&'.repeat(500_000)
    ]
    for (const html of hostile) {
      const before = performance.now()
      sanitize(html, base)
      assert.ok(performance.now() - before < 2000, html.slice(0, 30))
    }
  })

  it('makes addresses absolute, and lists the images', () => {
    const { html, images } = sanitize(
      '<a href="2.html">a</a><img src="/anh/1.png" alt="Ảnh"><img alt="x">',
      base
    )
    assert.equal(
      html,
      '<a href="https://portal.example.vn/tin/2.html">a</a><img alt="Ảnh" src="https://portal.example.vn/anh/1.png" />'
    )
    assert.deepEqual(images, [{ url: 'https://portal.example.vn/anh/1.png', description: 'Ảnh' }])
  })

  it('shows images that scripts of the page would load later', () => {
    for (const name of ['data-src', 'data-original', 'data-lazy-src', 'data-srcset'])
      assert.deepEqual(
        sanitize(`<img src="data:image/gif;base64,R0lGODlhAQ" ${name}="/anh.jpg">`, base).images.map(
          ({ url }) => url
        ),
        ['https://portal.example.vn/anh.jpg']
      )
  })
})
