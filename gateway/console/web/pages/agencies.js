import { useGet, withQuery } from '../api.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import { Agency, Answer, Backlog, Page, Pager, Table, Time } from '../parts.js'

/** All agencies, the longest silent first. @param {{ query: Record<string, string> }} props */
export function Agencies({ query }) {
  const { t } = useTexts()
  const answer = useGet(withQuery('/v1/activity', query))
  return html`<${Page} title=${t('agencies.title')} lead=${t('agencies.lead')}>
    <${Answer} of=${answer}>${(
      /** @type {any} */ { items, next }
    ) => html`<${Table} caption=${t('agencies.title')} empty=${t('agencies.none')}
        heads=${[t('agency'), t('agency.silent'), t('agency.published'), t('agency.backlog'), t('agency.oldest')]}
        rows=${items.map((/** @type {any} */ one) => [
          html`<${Agency} code=${one.agency} /><div class="quiet">${one.agency}</div>`,
          one.silentSince
            ? html`<${Time} at=${one.silentSince} isAgo />`
            : html`<span class="quiet">–</span>`,
          one.lastPublished
            ? html`<${Time} at=${one.lastPublished.at} isAgo />`
            : html`<span class="quiet">${t('never')}</span>`,
          html`<${Backlog} of=${one} />`,
          one.oldestUnread
            ? html`<${Time} at=${one.oldestUnread.at} isAgo />`
            : html`<span class="quiet">–</span>`
        ])} />
      <${Pager} path="/console/agencies" query=${query} next=${next} />`}</${Answer}>
  </${Page}>`
}
