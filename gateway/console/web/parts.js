import { Refusal } from './api.js'
import { useTexts } from './i18n.js'
import { createContext, html, useContext, useEffect, useRef, useState } from './lib.js'

/** @typedef {any} Children What a component holds: its type is the library's own. */

/** Characters that would turn the text around them, or are not seen. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
const shownLength = 240

/**
 * A text that somebody else wrote, as text: unseen characters by their number, a long one cut until asked for, or for
 * good in a link.
 * @param {{ value: string | undefined, isInLink?: boolean }} props
 */
export function Text({ value = '', isInLink = false }) {
  const { t, count } = useTexts()
  const [isWhole, setWhole] = useState(false)
  const isLong = value.length > shownLength
  const shown = isLong && !isWhole ? `${value.slice(0, shownLength)}…` : value
  const safe = shown.replace(unseen, (one) => `⟨${hexOf(one)}⟩`)
  if (!isLong || isInLink) return html`<bdi>${safe}</bdi>`
  return html`<bdi>${safe}</bdi> <button type="button" class="link" aria-expanded=${isWhole} onClick=${() => setWhole(!isWhole)}>
    ${isWhole ? t('text.less') : t('text.more', { count: count(value.length) })}
  </button>`
}

/** A value as JSON. @param {{ value: any }} props */
export function Raw({ value }) {
  const text = JSON.stringify(value, null, 2)
  return html`<pre class="raw" tabindex="0">${text.replace(unseen, (one) => `\\u${hexOf(one)}`)}</pre>`
}

/** @param {string} one */
function hexOf(one) {
  return one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
}

/** A page with its heading. @param {{ title: string, lead?: string, children?: Children, actions?: Children }} props */
export function Page({ title, lead, children, actions }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null))
  useEffect(() => {
    document.title = `${title} · Liên Thông`
  }, [title])
  useEffect(() => {
    // A reader by ear hears the new page's heading; the first page is read from its top.
    if (document.activeElement !== document.body || performance.now() > 5000) heading.current?.focus()
  }, [])
  return html`<header class="page-head">
      <div>
        <h1 tabindex="-1" ref=${heading}><${Text} value=${title} /></h1>
        ${lead && html`<p class="lead"><${Text} value=${lead} /></p>`}
      </div>
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>
    ${children}`
}

/** The answer of the gateway, or why there is none. */
/** @param {{ of: { data?: any, error?: unknown, isLoading: boolean }, children: (data: any) => Children }} props */
export function Answer({ of, children }) {
  const { t } = useTexts()
  if (of.error !== undefined) return html`<${Problem} error=${of.error} />`
  if (of.data === undefined)
    return html`<p class="loading" role="status">${of.isLoading ? t('loading') : ''}</p>`
  return children(of.data)
}

/** @param {{ error: unknown }} props */
export function Problem({ error }) {
  const { t } = useTexts()
  if (!(error instanceof Refusal)) {
    return html`<div class="note bad" role="alert"><strong>${t('error.unreachable')}</strong><p>${t('error.unreachable.fix')}</p></div>`
  }
  const { title, detail, code, traceId } = error.problem
  return html`<div class="note bad" role="alert">
    <strong><${Text} value=${title} /></strong>
    ${detail && detail !== title && html`<p><${Text} value=${detail} /></p>`}
    <p class="quiet"><code>${code}</code>${traceId && html` · ${t('error.trace')} <a href=${`/console/refusals/${traceId}`}><code>${traceId}</code></a>`}</p>
  </div>`
}

/** What states mean for the one who looks: good, waiting, to be watched, broken. */
const tones = {
  good: ['done', 'delivered', 'accepted', 'running', 'active', 'signed', 'valid'],
  bad: ['overdue', 'stuck', 'dead', 'rejected', 'misconfigured', 'lost', 'revoked', 'expired-key'],
  warn: ['in-doubt', 'failing', 'paused', 'suspended', 'expires-soon', 'expired', 'recalled', 'skipped']
}

/** @param {{ state: string, group?: string }} props */
export function Badge({ state, group = 'state' }) {
  const { label } = useTexts()
  const tone = Object.entries(tones).find(([, states]) => states.includes(state))?.[0] ?? 'calm'
  return html`<span class=${`badge ${tone}`}>${label(group, state)}</span>`
}

/** An instant: to the minute, to the second, or how long ago. @param {{ at: string | undefined, isExact?: boolean, isAgo?: boolean }} props */
export function Time({ at, isExact = false, isAgo = false }) {
  const { time, exact, ago } = useTexts()
  if (at === undefined) return html`<span class="quiet">–</span>`
  return html`<time datetime=${at} title=${at}>${isAgo ? ago(at) : isExact ? exact(at) : time(at)}</time>`
}

/** A hash or another long code: short, whole for who hovers or copies. @param {{ value: string }} props */
export function Hash({ value }) {
  return html`<code title=${value}>${value.length > 16 ? `${value.slice(0, 12)}…` : value}</code>`
}

/** When one of the systems of an agency last read. @param {readonly { lastRead?: string }[]} systems */
export function lastRead(systems) {
  return systems.map((system) => system.lastRead).reduce((a, b) => ((a ?? '') > (b ?? '') ? a : b), undefined)
}

/** How many events an agency has not taken yet. @param {{ of: { backlog: number, backlogIsMore?: boolean } }} props */
export function Backlog({ of: { backlog, backlogIsMore = false } }) {
  const { count } = useTexts()
  const text = `${count(backlog)}${backlogIsMore ? '+' : ''}`
  return backlog === 0 ? text : html`<span class="badge warn">${text}</span>`
}

/** Names of agencies by their code. */
export const NamesContext = createContext(/** @type {ReadonlyMap<string, string>} */ (new Map()))

/** @param {{ code: string | undefined, isPlain?: boolean }} props */
export function Agency({ code, isPlain = false }) {
  const names = useContext(NamesContext)
  if (code === undefined) return html`<span class="quiet">–</span>`
  const name = names.get(code) ?? code
  if (isPlain) return html`<span title=${code}><${Text} value=${name} isInLink /></span>`
  return html`<a href=${`/console/agencies/${encodeURIComponent(code)}`} title=${code}><${Text} value=${name} isInLink /></a>`
}

/** A system by its name, with its agency. @param {{ id: string | undefined }} props */
export function System({ id }) {
  if (id === undefined) return html`<span class="quiet">–</span>`
  const [, agency, name] = /^\/agencies\/(.+)\/systems\/(.+)$/.exec(id) ?? []
  if (agency === undefined) return html`<code>${id}</code>`
  return html`<code>${name}</code> · <${Agency} code=${agency} />`
}

/** What an event of the type says, or its code. @param {{ type: string }} props */
export function EventType({ type }) {
  const { eventName } = useTexts()
  return html`<a href=${`/console/types/${encodeURIComponent(type)}`} title=${type}>${eventName(type) ?? html`<code>${type}</code>`}</a>`
}

/** @param {{ flow: string, children?: Children }} props */
export function FlowLink({ flow, children }) {
  return html`<a href=${`/console/flows/${encodeURIComponent(flow)}`}>${children ?? html`<${Text} value=${flow} isInLink />`}</a>`
}

/**
 * A table that becomes a list of cards where it is narrow; `data-label` of a cell is its heading there.
 * @param {{ caption: string, heads: readonly string[], rows: readonly (readonly Children[])[], empty: string }} props
 */
export function Table({ caption, heads, rows, empty }) {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  return html`<div class="table"><table>
    <caption class="unseen">${caption}</caption>
    <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.map((cells) => html`<tr>${cells.map((cell, at) => html`<td data-label=${heads[at]}><div>${cell}</div></td>`)}</tr>`)}</tbody>
  </table></div>`
}

/** Names and values. @param {{ items: readonly (readonly [string, Children] | false | undefined)[] }} props */
export function Facts({ items }) {
  return html`<dl class="facts">${items
    .filter((item) => item !== false && item !== undefined)
    .map(
      (item) =>
        html`<div><dt>${/** @type {any} */ (item)[0]}</dt><dd>${/** @type {any} */ (item)[1]}</dd></div>`
    )}</dl>`
}

/** Views of the same list, one of which is shown. @param {{ label: string, tabs: readonly { href: string, text: string, isHere: boolean }[] }} props */
export function Tabs({ label, tabs }) {
  return html`<nav class="tabs" aria-label=${label}>${tabs.map(
    ({ href, text, isHere }) => html`<a href=${href} aria-current=${isHere ? 'page' : null}>${text}</a>`
  )}</nav>`
}

/** Links to the next page and back to the first. @param {{ path: string, query: Record<string, string>, next?: string | number }} props */
export function Pager({ path, query, next }) {
  const { t } = useTexts()
  const { after, ...rest } = query
  if (next === undefined && after === undefined) return null
  const first = new URLSearchParams(rest).toString()
  const more = next === undefined ? '' : new URLSearchParams({ ...rest, after: String(next) }).toString()
  return html`<nav class="pager" aria-label=${t('pager')}>
    ${after !== undefined && html`<a href=${first === '' ? path : `${path}?${first}`}>${t('pager.first')}</a>`}
    ${next !== undefined && html`<a href=${`${path}?${more}`} rel="next">${t('pager.next')}</a>`}
  </nav>`
}

/** @param {{ label: string, name: string, value?: string, type?: string, placeholder?: string, size?: string }} props */
export function Field({ label, name, value = '', type = 'text', placeholder, size }) {
  return html`<label class=${`field ${size ?? ''}`}><span>${label}</span>
    <input name=${name} type=${type} defaultValue=${value} placeholder=${placeholder} autocomplete="off" spellcheck=${false} maxlength="1000" />
  </label>`
}

/** A field for the code of an agency, which is found by its name too. @param {{ label: string, name: string, value?: string }} props */
export function AgencyField({ label, name, value = '' }) {
  const names = useContext(NamesContext)
  return html`<label class="field"><span>${label}</span>
    <input name=${name} list=${`${name}-codes`} defaultValue=${value} autocomplete="off" spellcheck=${false} maxlength="35" />
    <datalist id=${`${name}-codes`}>${[...names].map(([code, text]) => html`<option value=${code} label=${text} />`)}</datalist>
  </label>`
}

/** @param {{ label: string, name: string, value?: string, options: readonly (readonly [string, string])[] }} props */
export function Choice({ label, name, value = '', options }) {
  // Without a `value`, to which Preact would set it back whenever something else is shown.
  return html`<label class="field"><span>${label}</span>
    <select name=${name}>${options.map(
      ([code, text]) => html`<option value=${code} selected=${code === value}>${text}</option>`
    )}</select>
  </label>`
}

/** What a form's fields hold, without the empty ones. @param {HTMLFormElement} form @returns {Record<string, string>} */
export function valuesOf(form) {
  const given = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()])
  return Object.fromEntries(given.filter(([, value]) => value !== ''))
}
