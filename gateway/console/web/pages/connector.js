import { ActDialog } from '../act-dialog.js'
import { useChange, useGet, useSession, withQuery } from '../api.js'
import { useTexts } from '../i18n.js'
import { html, useState } from '../lib.js'
import { Agency, Answer, Badge, Facts, Page, System, Text, Time } from '../parts.js'

/** One connector instance, and what can be done to it. @param {{ name: string }} props */
export function ConnectorPage({ name }) {
  const { t, count, label } = useTexts()
  const { session } = useSession()
  const change = useChange()
  const answer = useGet(`/v1/connectors/${encodeURIComponent(name)}`)
  const [act, setAct] = useState(/** @type {string | undefined} */ (undefined))
  const [result, setResult] = useState(/** @type {any} */ (undefined))
  const one = answer.data
  const acts =
    !session.mayChange || !one ? [] : [one.state === 'paused' ? 'resume' : 'pause', 'restart', 'check']
  const perform = (/** @type {string | undefined} */ reason) =>
    change('/v1/connectors', { act, connector: name, ...(reason === undefined ? {} : { reason }) })
  const done = (/** @type {any} */ outcome) => {
    setResult(outcome)
    answer.reload()
  }
  const list = (/** @type {string} */ state) => withQuery('/console/deliveries', { connector: name, state })
  return html`<${Page} title=${name} lead=${one && `${t('delivery.connector')} · ${one.kind}`}
    actions=${acts.map((known) => html`<button type="button" onClick=${() => setAct(known)}>${label('connector.act', known)}</button>`)}>
    <div role="status">${result && html`<${Result} of=${result} />`}</div>
    <${Answer} of=${answer}>${() => html`
      <${Facts} items=${[
        [
          t('flow.state'),
          html`<${Badge} state=${one.state} group="connector" /> <${Time} at=${one.since} />`
        ],
        one.reason && [t('connector.reason'), html`<${Text} value=${one.reason} />`],
        one.pausedBy && [t('connector.pausedBy'), html`<${System} id=${one.pausedBy} />`],
        one.nextTry && [t('delivery.next'), html`<${Time} at=${one.nextTry} />`],
        [t('agency'), html`<${Agency} code=${one.agency} />`],
        [t('system'), html`<${System} id=${one.system} />`],
        [t('connector.polled'), html`<${Time} at=${one.polled} />`],
        [
          t('connector.lag'),
          one.undeliveredSince ? html`<${Time} at=${one.undeliveredSince} isAgo />` : t('connector.lag.none')
        ],
        [t('connector.waiting'), html`<a href=${list('waiting')}>${count(one.counts.waiting)}</a>`],
        [t('delivery.dead'), html`<a href=${list('dead')}>${count(one.counts.dead)}</a>`],
        [t('delivery.in-doubt'), html`<a href=${list('in-doubt')}>${count(one.counts.inDoubt)}</a>`],
        [
          t('connector.quarantined'),
          html`<a href=${withQuery('/console/quarantine', { connector: name })}>${count(one.counts.quarantined)}</a>`
        ],
        [t('connector.toPublish'), count(one.counts.toPublish)],
        one.cursor !== undefined && [
          t('connector.cursor'),
          html`<code><${Text} value=${one.cursor} /></code>`
        ]
      ]} />
      ${one.unknown && html`<${Unknown} of=${one.unknown} />`}`}</${Answer}>
    ${act && html`<${ActDialog} title=${label('connector.act', act)} says=${label('connector.says', act)} act=${perform} done=${done} close=${() => setAct(undefined)} />`}
  </${Page}>`
}

/** What an act came to. @param {{ of: any }} props */
function Result({ of: { result, problem, unknown } }) {
  const { t } = useTexts()
  if (result === 'failed') return html`<p class="note bad"><${Text} value=${problem} /></p>`
  return html`<p class="note good">${t(result === 'pending' ? 'connector.pending' : 'connector.done')}</p>
    ${unknown && html`<${Unknown} of=${unknown} />`}`
}

/** What the outside system has that is not stored. @param {{ of: { references: readonly string[], isMore: boolean } }} props */
function Unknown({ of: { references, isMore } }) {
  const { t, count } = useTexts()
  return html`<h2>${t('connector.unknown', { count: `${count(references.length)}${isMore ? '+' : ''}` })}</h2>
    <ul class="plain">${references.map((reference) => html`<li><code><${Text} value=${reference} /></code></li>`)}</ul>`
}
