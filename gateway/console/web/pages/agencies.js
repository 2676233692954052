import { useGet, withQuery } from '../api.js'
import { useTexts } from '../i18n.js'
import { html, useMemo } from '../lib.js'
import { Agency, Answer, Backlog, lastRead, Page, Pager, Table, Tabs, Time } from '../parts.js'

const dayMs = 86_400_000
const spans = ['1', '2', '7']

/** All agencies, the longest silent first; or those that have read nothing for some days. @param {{ query: Record<string, string> }} props */
export function Agencies({ query }) {
  const { t } = useTexts()
  const { days, after } = query
  const notReadSince = useMemo(
    () => (Number(days) > 0 ? new Date(Date.now() - Number(days) * dayMs).toISOString() : undefined),
    [days]
  )
  const answer = useGet(withQuery('/v1/activity', { after, notReadSince }))
  const tabs = ['', ...spans].map((span) => ({
    href: withQuery('/console/agencies', { days: span }),
    text: span === '' ? t('agencies.all') : t('agencies.notRead', { days: span }),
    isHere: (days ?? '') === span
  }))
  return html`<${Page} title=${t('agencies.title')} lead=${t('agencies.lead')}>
    <${Tabs} label=${t('agency.read')} tabs=${tabs} />
    <${Answer} of=${answer}>${(
      /** @type {any} */ { items, next }
    ) => html`<${Table} caption=${t('agencies.title')} empty=${t('agencies.none')}
        heads=${[t('agency'), t('agency.read'), t('agency.published'), t('agency.backlog'), t('agency.oldest')]}
        rows=${items.map((/** @type {any} */ one) => [
          html`<${Agency} code=${one.agency} /><div class="quiet">${one.agency}</div>`,
          html`<${LastTime} at=${lastRead(one.systems)} />`,
          html`<${LastTime} at=${one.lastPublished?.at} />`,
          html`<${Backlog} of=${one} />`,
          one.oldestUnread
            ? html`<${Time} at=${one.oldestUnread.at} isAgo />`
            : html`<span class="quiet">–</span>`
        ])} />
      <${Pager} path="/console/agencies" query=${query} next=${next} />`}</${Answer}>
  </${Page}>`
}

/** @param {{ at: string | undefined }} props */
function LastTime({ at }) {
  const { t } = useTexts()
  return at === undefined ? html`<span class="quiet">${t('never')}</span>` : html`<${Time} at=${at} isAgo />`
}
