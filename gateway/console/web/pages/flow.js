import { useGet, withQuery } from '../api.js'
import { deliveryPath } from '../delivery-parts.js'
import { useTexts } from '../i18n.js'
import { Lanes, Missing } from '../lanes.js'
import { html } from '../lib.js'
import { isStuck } from '../missing.js'
import { Agency, Answer, Badge, Facts, Page, Pager, Text, Time } from '../parts.js'

/** One case: its steps from agency to agency, and what is missing. */
/** @param {{ flow: string, path: string, query: Record<string, string> }} props */
export function FlowPage({ flow, path, query }) {
  const { t } = useTexts()
  const answer = useGet(withQuery(`/v1/flows/${encodeURIComponent(flow)}`, query))
  if (!answer.data) {
    return html`<${Page} title=${t('flow.title')} lead=${flow}><${Answer} of=${answer}>${() => null}</${Answer}></${Page}>`
  }
  const { title, state, startedAt, lastAt, steps, missing, next } = answer.data
  return html`<${Page} title=${title || flow} actions=${html`<button type="button" onClick=${answer.reload}>${t('reload')}</button>`}>
    <${Facts} items=${[
      [t('flow.state'), html`<${Badge} state=${state} />`],
      [t('flow.id'), html`<code><${Text} value=${flow} /></code>`],
      [t('flow.started'), html`<${Time} at=${startedAt} />`],
      [
        t('flow.last'),
        html`<${Time} at=${lastAt} /> <span class="quiet">(<${Time} at=${lastAt} isAgo />)</span>`
      ]
    ]} />
    <${Stuck} steps=${steps} />
    ${
      missing.length > 0 &&
      html`<section aria-labelledby="missing">
      <h2 id="missing">${t('flow.missing')}</h2>
      <ul class="plain">${missing.map((/** @type {any} */ one) => html`<li class=${`note ${one.isOverdue ? 'bad' : 'warn'}`}><${Missing} ...${one} hasNext /></li>`)}</ul>
    </section>`
    }
    <h2>${t('flow.path')}</h2>
    <${Lanes} steps=${steps} missing=${next === undefined ? missing : []} />
    <${Pager} path=${path} query=${query} next=${next} />
  </${Page}>`
}

/** Deliveries of a connector that do not go on without a person, or have failed and are tried again. @param {{ steps: readonly any[] }} props */
function Stuck({ steps }) {
  const { t } = useTexts()
  const stuck = steps.flatMap(({ hash, recipients = [] }) =>
    recipients.flatMap((/** @type {any} */ { agency, connectors = [] }) =>
      connectors.filter(isStuck).map((/** @type {any} */ one) => ({ ...one, agency, hash }))
    )
  )
  if (stuck.length === 0) return null
  return html`<section aria-labelledby="stuck">
    <h2 id="stuck">${t('flow.stuck')}</h2>
    <ul class="plain">${stuck.map(
      ({ connector, hash, agency, state, lastError }) => html`<li class="note bad">
        <div class="apart"><strong><${Agency} code=${agency} /></strong> <code>${connector}</code> <${Badge} state=${state} group="delivery" /></div>
        ${lastError && html`<div><${Text} value=${lastError.detail} /></div>`}
        <div>${t('next')} <a href=${deliveryPath(connector, hash)}>${t('next.delivery')}</a></div>
      </li>`
    )}</ul>
  </section>`
}
