import { ChangeProblem } from '../act-dialog.js'
import { useChange, useGet, withQuery } from '../api.js'
import { ActButtons, DeliveryDialog, deliveryPath, LastError } from '../delivery-parts.js'
import { useTexts } from '../i18n.js'
import { html, useState } from '../lib.js'
import {
  Agency,
  AgencyField,
  Answer,
  Badge,
  Choice,
  EventType,
  Field,
  Page,
  Pager,
  Table,
  Text,
  valuesOf
} from '../parts.js'
import { go } from '../router.js'

const states = ['dead', 'in-doubt', 'waiting', 'delivered', 'skipped', 'ended']

/** Deliveries of connectors: by default those that are open. @param {{ query: Record<string, string> }} props */
export function Deliveries({ query }) {
  const { t, label } = useTexts()
  const answer = useGet(withQuery('/v1/deliveries', query))
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    go(withQuery('/console/deliveries', valuesOf(/** @type {HTMLFormElement} */ (event.currentTarget))))
  }
  return html`<${Page} title=${t('deliveries.title')} lead=${t('deliveries.lead')}>
    <p><a href="/console?state=overdue">${t('deliveries.overdue')}</a> · <a href="/console?state=stuck">${t('deliveries.stuck')}</a> · <a href="/console/quarantine">${t('nav.quarantine')}</a></p>
    <form class="search" onSubmit=${submit} key=${JSON.stringify(query)}>
      <div class="line">
        <${Choice} label=${t('search.state')} name="state" value=${query.state} options=${[
          ['', t('deliveries.open')],
          ...states.map((state) => [state, label('delivery', state)])
        ]} />
        <${Field} label=${t('delivery.connector')} name="connector" value=${query.connector} />
        <${AgencyField} label=${t('delivery.recipient')} name="recipient" value=${query.recipient} />
        <${Field} label=${t('event.subject')} name="subject" value=${query.subject} />
        <button class="main">${t('search.find')}</button>
      </div>
    </form>
    <${Answer} of=${answer}>${(/** @type {any} */ page) => html`<${List} ...${page} query=${query} reload=${answer.reload} />`}</${Answer}>
  </${Page}>`
}

/** @param {any} props */
function List({ items, next, query, reload }) {
  const { t } = useTexts()
  const [chosen, setChosen] = useState(/** @type {ReadonlySet<string>} */ (new Set()))
  const [says, setSays] = useState('')
  const keyOf = (/** @type {any} */ one) => `${one.connector}/${one.event}`
  const picked = items.filter((/** @type {any} */ one) => chosen.has(keyOf(one)))
  const toggle = (/** @type {string} */ key) => {
    const now = new Set(chosen)
    if (!now.delete(key)) now.add(key)
    setChosen(now)
  }
  const done = (/** @type {{ count: number }} */ { count }) => {
    setSays(t('deliveries.done', { count }))
    setChosen(new Set())
    reload()
  }
  return html`<div class="toolbar">
      <p role="status">${says || (picked.length > 0 ? t('deliveries.chosen', { count: picked.length }) : t('deliveries.choose'))}</p>
      <${ActButtons} deliveries=${picked} done=${done} />
      ${picked.length === 0 && items.length > 0 && html`<${ActOnAll} query=${query} done=${done} />`}
    </div>
    <${Table} caption=${t('deliveries.title')} empty=${t('deliveries.none')}
      heads=${[t('deliveries.choice'), t('delivery.event'), t('delivery.connector'), t('delivery.recipient'), t('flow.state'), t('delivery.error')]}
      rows=${items.map((/** @type {any} */ one) => [
        html`<input type="checkbox" aria-label=${`${t('deliveries.choice')}: ${one.subject.slice(0, 80)}`} checked=${chosen.has(keyOf(one))} onChange=${() => toggle(keyOf(one))} />`,
        html`<a href=${deliveryPath(one.connector, one.event)}><${Text} value=${one.subject} isInLink /></a>
          <div><${EventType} type=${one.type} /></div>`,
        html`<a href=${`/console/connectors/${encodeURIComponent(one.connector)}`}><code>${one.connector}</code></a>`,
        html`<${Agency} code=${one.recipient} />`,
        html`<${Badge} state=${one.state} group="delivery" /><div class="quiet">${t('delivery.attempts', { count: one.attempts })}</div>`,
        html`<${LastError} of=${one} />`
      ])} />
    <${Pager} path="/console/deliveries" query=${query} next=${next} />`
}

/** An act on all that the filter names, which are counted before. @param {{ query: Record<string, string>, done: (result: any) => void }} props */
function ActOnAll({ query: { after, limit, ...filter }, done }) {
  const { t } = useTexts()
  return filter.state !== 'dead' && filter.state !== 'waiting'
    ? null
    : html`<${AllOf} filter=${filter} done=${done} act=${filter.state === 'dead' ? 'release' : 'retry'} label=${t('deliveries.all')} />`
}

/** @param {{ filter: Record<string, string>, act: 'release' | 'retry', label: string, done: (result: any) => void }} props */
function AllOf({ filter, act, label, done }) {
  const { t } = useTexts()
  const change = useChange()
  const [count, setCount] = useState(/** @type {number | undefined} */ (undefined))
  const [error, setError] = useState(/** @type {unknown} */ (undefined))
  const ask = () => {
    setError(undefined)
    change('/v1/deliveries', { act, filter, dryRun: true }).then((all) => setCount(all.count), setError)
  }
  return html`<button type="button" onClick=${ask}>${label}</button>
    <${ChangeProblem} error=${error} />
    ${
      count !== undefined &&
      html`<${DeliveryDialog} act=${act} says=${t('deliveries.all.says', { count })} close=${() => setCount(undefined)}
      done=${done} send=${(/** @type {object} */ more) => change('/v1/deliveries', { act, filter, count, ...more })} />`
    }`
}
