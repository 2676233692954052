import { useGet } from '../api.js'
import { ActButtons, deliveryPath, LastError } from '../delivery-parts.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import { Agency, Answer, Badge, EventType, Facts, Hash, Page, System, Table, Text, Time } from '../parts.js'

/** One delivery, with what people did to it. @param {{ connector: string, event: string }} props */
export function DeliveryPage({ connector, event }) {
  const { t, label } = useTexts()
  const answer = useGet(`/v1/deliveries/${encodeURIComponent(connector)}/${encodeURIComponent(event)}`)
  const one = answer.data
  return html`<${Page} title=${one?.subject ?? t('delivery.title')} lead=${t('delivery.title')}
    actions=${one && html`<${ActButtons} deliveries=${[one]} done=${answer.reload} />`}>
    <${Answer} of=${answer}>${() => html`
      <${Facts} items=${[
        [
          t('flow.state'),
          html`<${Badge} state=${one.state} group="delivery" /> ${t('delivery.attempts', { count: one.attempts })}`
        ],
        [t('event.type'), html`<${EventType} type=${one.type} />`],
        [
          t('delivery.connector'),
          html`<a href=${`/console/connectors/${encodeURIComponent(connector)}`}><code>${connector}</code></a>`
        ],
        [t('delivery.sender'), html`<${Agency} code=${one.sender} />`],
        [t('delivery.recipient'), html`<${Agency} code=${one.recipient} />`],
        [t('event.hash'), html`<a href=${`/console/events/${event}`}><${Hash} value=${event} /></a>`],
        one.waitsFor && [
          t('delivery.waitsFor'),
          html`<a href=${deliveryPath(connector, one.waitsFor)}><${Hash} value=${one.waitsFor} /></a>`
        ],
        (one.lastError || one.nextAttempt) && [t('delivery.error'), html`<${LastError} of=${one} />`],
        one.ended && [t('delivery.ended'), html`<${Time} at=${one.ended} />`]
      ]} />
      <h2>${t('delivery.acts')}</h2>
      <${Table} caption=${t('delivery.acts')} empty=${t('delivery.acts.none')} heads=${[t('acts.at'), t('acts.act'), t('acts.by'), t('acts.reason')]}
        rows=${one.acts.map((/** @type {any} */ act) => [
          html`<${Time} at=${act.at} isExact />`,
          label('act', act.act),
          html`${act.person && html`<div><${Text} value=${act.person.name} /></div>`}<${System} id=${act.by} />`,
          html`<${Text} value=${act.reason} />`
        ])} />`}</${Answer}>
  </${Page}>`
}
