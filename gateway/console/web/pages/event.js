import { Refusal, useGet } from '../api.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import {
  Agency,
  Answer,
  Badge,
  EventType,
  Facts,
  FlowLink,
  Hash,
  Page,
  Raw,
  System,
  Table,
  Text,
  Time
} from '../parts.js'

/** One event as it is stored, with its proofs. @param {{ hash: string }} props */
export function EventPage({ hash }) {
  const { t } = useTexts()
  const answer = useGet(`/v1/events/${encodeURIComponent(hash)}`)
  const isForOthers = answer.error instanceof Refusal && answer.error.problem.status === 404
  if (isForOthers) {
    return html`<${Page} title=${t('event.title')} lead=${hash}><p class="note warn">${t('event.forOthers')}</p></${Page}>`
  }
  return html`<${Page} title=${t('event.title')} lead=${hash}>
    <${Answer} of=${answer}>${(/** @type {any} */ item) => {
      const { event, added, deliveries } = item
      return html`<${Facts} items=${[
        [t('event.type'), html`<${EventType} type=${event.type} />`],
        [t('event.source'), html`<${System} id=${event.source} />`],
        [t('event.subject'), html`<${Text} value=${event.subject} />`],
        [t('flow.title'), html`<${FlowLink} flow=${event.correlationid ?? event.subject} />`],
        [t('event.time'), html`<${Time} at=${event.time} isExact />`],
        [t('event.recorded'), html`<${Time} at=${added.recordedtime} isExact />`],
        [t('event.id'), html`<${Text} value=${event.id} />`],
        [t('event.hash'), html`<${Hash} value=${hash} />`]
      ]} />
        <h2>${t('event.recipients')}</h2>
        <${Table} caption=${t('event.recipients')} empty=${t('event.recipients.none')} heads=${[t('agency'), t('flow.state'), t('flow.when')]}
          rows=${deliveries.map((/** @type {any} */ one) => [
            html`<${Agency} code=${one.agency} />`,
            html`<${Badge} state=${one.state} group="recipient" />`,
            html`<${Time} at=${one.at} />`
          ])} />
        <h2>${t('event.raw')}</h2>
        <${Raw} value=${item} />`
    }}</${Answer}>
  </${Page}>`
}
