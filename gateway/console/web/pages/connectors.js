import { useGet } from '../api.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import { Agency, Answer, Badge, Page, Table, Text, Time } from '../parts.js'

/** All connector instances, those that need somebody first. */
export function Connectors() {
  const { t, count } = useTexts()
  const answer = useGet('/v1/connectors')
  const inOrder = (/** @type {readonly any[]} */ items) =>
    items.toSorted((a, b) => urgencyOf(b) - urgencyOf(a) || (a.name < b.name ? -1 : 1))
  return html`<${Page} title=${t('connectors.title')} lead=${t('connectors.lead')}
    actions=${html`<button type="button" onClick=${answer.reload}>${t('reload')}</button>`}>
    <${Answer} of=${answer}>${(
      /** @type {any} */ { items }
    ) => html`<${Table} caption=${t('connectors.title')} empty=${t('connectors.none')}
      heads=${[t('delivery.connector'), t('flow.state'), t('agency'), t('connector.lag'), t('connector.waiting'), t('connector.dead'), t('connector.quarantined')]}
      rows=${inOrder(items).map((one) => [
        html`<a href=${`/console/connectors/${encodeURIComponent(one.name)}`}><code>${one.name}</code></a> <span class="quiet">${one.kind}</span>`,
        html`<${Badge} state=${one.state} group="connector" />${one.reason && html`<div class="quiet"><${Text} value=${one.reason} /></div>`}`,
        html`<${Agency} code=${one.agency} />`,
        one.undeliveredSince
          ? html`<${Time} at=${one.undeliveredSince} isAgo />`
          : html`<span class="quiet">–</span>`,
        count(one.counts.waiting),
        html`<${Count} of=${one.counts.dead + one.counts.inDoubt} />`,
        html`<${Count} of=${one.counts.quarantined} />`
      ])} />`}</${Answer}>
  </${Page}>`
}

/** A count that should be nothing. @param {{ of: number }} props */
function Count({ of: number }) {
  const { count } = useTexts()
  return number > 0
    ? html`<span class="badge bad">${count(number)}</span>`
    : html`<span class="quiet">0</span>`
}

/** @param {any} connector */
function urgencyOf({ state, counts }) {
  const isBroken =
    state === 'lost' || state === 'misconfigured' ? 4 : state === 'failing' ? 3 : state === 'paused' ? 2 : 0
  return isBroken + (counts.dead + counts.inDoubt + counts.quarantined > 0 ? 1 : 0)
}
