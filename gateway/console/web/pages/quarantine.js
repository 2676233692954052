import { ActDialog } from '../act-dialog.js'
import { useChange, useGet, useSession, withQuery } from '../api.js'
import { useTexts } from '../i18n.js'
import { html, useState } from '../lib.js'
import { Answer, Page, Pager, Table, Text, Time } from '../parts.js'

/** What outside systems gave and connectors could not use. @param {{ query: Record<string, string> }} props */
export function Quarantine({ query }) {
  const { t } = useTexts()
  const answer = useGet(withQuery('/v1/quarantine', query))
  return html`<${Page} title=${t('quarantine.title')} lead=${t('quarantine.lead')}>
    <${Answer} of=${answer}>${(/** @type {any} */ page) => html`<${List} ...${page} query=${query} reload=${answer.reload} />`}</${Answer}>
  </${Page}>`
}

/** @param {any} props */
function List({ items, next, query, reload }) {
  const { t } = useTexts()
  const { session } = useSession()
  const change = useChange()
  const [asked, setAsked] = useState(/** @type {any} */ (undefined))
  const [says, setSays] = useState('')
  const retry = (/** @type {string | undefined} */ reason) =>
    change('/v1/connectors', {
      act: 'retry',
      connector: asked.connector,
      items: [asked.item],
      ...(reason === undefined ? {} : { reason })
    })
  const done = (/** @type {any} */ { result, problem }) => {
    setSays(problem ?? t(result === 'pending' ? 'connector.pending' : 'connector.done'))
    reload()
  }
  return html`<p role="status"><${Text} value=${says} /></p>
    <${Table} caption=${t('quarantine.title')} empty=${t('quarantine.none')}
      heads=${[t('quarantine.reference'), t('delivery.connector'), t('quarantine.reason'), t('quarantine.since'), t('quarantine.do')]}
      rows=${items.map((/** @type {any} */ one) => [
        html`<${Text} value=${one.reference} />`,
        html`<a href=${`/console/connectors/${encodeURIComponent(one.connector)}`}><code>${one.connector}</code></a>`,
        html`<code>${one.code}</code> <${Text} value=${one.reason} />`,
        html`<${Time} at=${one.since} />`,
        !session.mayChange
          ? ''
          : one.isKept
            ? html`<button type="button" onClick=${() => setAsked(one)}>${t('quarantine.retry')}</button>`
            : html`<span class="quiet">${t('quarantine.gone')}</span>`
      ])} />
    <${Pager} path="/console/quarantine" query=${query} next=${next} />
    ${
      asked &&
      html`<${ActDialog} title=${t('quarantine.retry')} says=${t('quarantine.retry.says', { reference: asked.reference })}
      act=${retry} done=${done} close=${() => setAsked(undefined)} />`
    }`
}
