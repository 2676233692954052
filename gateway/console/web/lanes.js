import { deliveryPath, LastError } from './delivery-parts.js'
import { useTexts } from './i18n.js'
import { html, useContext } from './lib.js'
import { sayMissing } from './missing.js'
import { Agency, Badge, EventType, Facts, Hash, NamesContext, System, Text, Time } from './parts.js'

/**
 * The steps of a case as a table: time goes down, each agency has a column. The sender's cell holds the step, the
 * recipients' cells their status. Where it is narrow, each step is a card.
 * @param {{ steps: readonly any[], missing: readonly any[] }} props
 */
export function Lanes({ steps, missing }) {
  const { t } = useTexts()
  const names = useContext(NamesContext)
  const agencies = lanesOf(steps, missing)
  return html`<div class="lanes" tabindex="0" role="region" aria-label=${t('flow.path')}>
    <table style=${{ '--lanes': agencies.length }}>
    <caption class="unseen">${t('flow.path')}</caption>
    <thead><tr>
      <th scope="col" class="when">${t('flow.when')}</th>
      ${agencies.map((code) => html`<th scope="col"><${Agency} code=${code} /></th>`)}
    </tr></thead>
    <tbody>
      ${steps.map((step) => html`<${Step} step=${step} agencies=${agencies} names=${names} key=${step.number} />`)}
      ${missing.length > 0 && html`<${Now} missing=${missing} agencies=${agencies} names=${names} />`}
    </tbody>
  </table></div>`
}

/** Who has the case now. @param {{ missing: readonly any[], agencies: readonly string[], names: ReadonlyMap<string, string> }} props */
function Now({ missing, agencies, names }) {
  const { t } = useTexts()
  return html`<tr>
    <th scope="row" class="when">${t('flow.now')}</th>
    ${agencies.map((code) => {
      const own = missing.filter(({ agency }) => agency === code)
      if (own.length === 0) return html`<td></td>`
      return html`<td class="from" data-label=${names.get(code) ?? code}>${own.map(
        (one) => html`<div class=${`card ${one.isOverdue ? 'bad' : 'warn'}`}><${Missing} ...${one} /></div>`
      )}</td>`
    })}
  </tr>`
}

/** Agencies in the order in which the case reaches them. @param {readonly any[]} steps @param {readonly any[]} missing */
function lanesOf(steps, missing) {
  const codes = steps.flatMap(({ agency, recipients = [] }) => [
    agency,
    ...recipients.map((/** @type {any} */ recipient) => recipient.agency)
  ])
  return [...new Set([...codes, ...missing.map(({ agency }) => agency)])]
}

/** @param {{ step: any, agencies: readonly string[], names: ReadonlyMap<string, string> }} props */
function Step({ step, agencies, names }) {
  const { t } = useTexts()
  const from = agencies.indexOf(step.agency)
  const recipients = new Map((step.recipients ?? []).map((/** @type {any} */ one) => [one.agency, one]))
  const reached = agencies.flatMap((code, at) => (recipients.has(code) ? [at] : []))
  const first = Math.min(from, ...reached)
  const last = Math.max(from, ...reached)
  return html`<tr>
    <th scope="row" class="when"><${Time} at=${step.recordedTime} isExact /></th>
    ${agencies.map((code, at) => {
      const recipient = recipients.get(code)
      const name = names.get(code) ?? code
      if (at === from) {
        const line = `${first < at ? 'to-left ' : ''}${last > at ? 'to-right' : ''}`
        return html`<td class=${`from ${line}`} data-label=${name}>
          ${step.isHidden ? html`<div class="card hidden">${t('flow.hidden')}</div>` : html`<${Sent} step=${step} />`}
        </td>`
      }
      if (recipient) {
        const isThrough = at > from ? last > at : first < at
        return html`<td class=${`to ${at > from ? 'from-left' : 'from-right'} ${isThrough ? 'through' : ''}`} data-label=${name}>
          <div class="arrival"><${Received} recipient=${recipient} event=${step.hash} /></div>
        </td>`
      }
      return html`<td class=${at > first && at < last ? 'across' : ''}></td>`
    })}
  </tr>`
}

/** What the sender said. @param {{ step: any }} props */
function Sent({ step }) {
  const { t } = useTexts()
  const { title, type, source, actor, subject, hash, cause, traceId, time, event } = step
  return html`<div class="card">
    <p class="title"><${Text} value=${title || subject} /></p>
    <p><${EventType} type=${type} /></p>
    ${actor?.name && html`<p class="quiet">${t('flow.by')} <${Text} value=${actorOf(actor)} /></p>`}
    <details>
      <summary>${t('flow.details')}</summary>
      <${Facts} items=${[
        [t('event.source'), html`<${System} id=${source} />`],
        [t('event.subject'), html`<${Text} value=${subject} />`],
        [t('event.time'), html`<${Time} at=${time} />`],
        cause && [
          t('flow.answers'),
          html`<a href=${`/console/events/${cause}`}><${Hash} value=${cause} /></a>`
        ],
        traceId && [t('flow.trace'), html`<code>${traceId}</code>`],
        [t('event.hash'), html`<a href=${event.replace('/v1/', '/console/')}><${Hash} value=${hash} /></a>`]
      ]} />
    </details>
  </div>`
}

/** @param {{ name?: string, title?: string, department?: string }} actor */
function actorOf({ name, title, department }) {
  return [name, title, department].filter((part) => part !== undefined && part !== '').join(', ')
}

/** What became of it at a recipient. @param {{ recipient: any, event: string }} props */
function Received({ recipient, event }) {
  const { t } = useTexts()
  const { state, at, system, code, reason, connectors = [] } = recipient
  return html`<${Badge} state=${state} group="recipient" />
    ${at !== undefined && html`<div class="quiet"><${Time} at=${at} /></div>`}
    ${system !== undefined && html`<div class="quiet"><code>${system.split('/').at(-1)}</code></div>`}
    ${
      (code !== undefined || reason !== undefined) &&
      html`<div><${Text} value=${[code, reason].filter(Boolean).join(': ')} /></div>`
    }
    ${connectors.map(
      (/** @type {any} */ one) => html`<div class="attempt">
      <div class="apart"><a href=${deliveryPath(one.connector, event)}><code>${one.connector}</code></a>
        <${Badge} state=${one.state} group="delivery" />
        <span class="quiet">${t('delivery.attempts', { count: one.attempts })}</span></div>
      <${LastError} of=${one} />
    </div>`
    )}`
}

/** Who should have sent what, by when, and what to do about it. */
/** @param {import('./missing.js').Missing & { agency: string, expects: readonly string[], after: string, hasNext?: boolean }} props */
export function Missing({ agency, expects, after, hasNext = false, ...missing }) {
  const texts = useTexts()
  const { t, eventName } = texts
  const { says, by, next, isUnread, stuckAt } = sayMissing(texts, missing)
  const wanted = new Set(expects.map((type) => eventName(type) ?? type))
  return html`<div><strong><${Agency} code=${agency} /></strong> ${says} ${by && html`<strong>${by}</strong>`}</div>
    <div title=${expects.join(' ')}>${t('missing.expects')} ${[...wanted].join(` ${t('missing.or')} `)}.</div>
    ${
      hasNext &&
      html`<div>${t('next')} ${next} ${isUnread && html`<a href=${`/console/agencies/${encodeURIComponent(agency)}`}>${t('next.activity')}</a>`}
      ${stuckAt !== undefined && html`<a href=${deliveryPath(stuckAt, after)}>${t('next.delivery')}</a>`}</div>`
    }`
}
