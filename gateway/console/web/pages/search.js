import { requestAnswer, useGet, withQuery } from '../api.js'
import { useTexts } from '../i18n.js'
import { html, useState } from '../lib.js'
import {
  Agency,
  AgencyField,
  Answer,
  Badge,
  Field,
  FlowLink,
  Page,
  Pager,
  Problem,
  Table,
  Tabs,
  Text,
  Time,
  valuesOf
} from '../parts.js'
import { go } from '../router.js'

const states = ['open', 'overdue', 'stuck', 'done']
const fields = ['number', 'dossier', 'citizen', 'agency', 'type', 'from', 'to']

/** Finds cases by what people know of them. @param {{ query: Record<string, string> }} props */
export function Search({ query }) {
  const { t, label } = useTexts()
  const asked = { ...query, from: startOf(query.from), to: endOf(query.to) }
  const answer = useGet(withQuery('/v1/flows', { limit: '50', ...asked }))
  const { after: _, state: here = '', ...kept } = query
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    const given = valuesOf(/** @type {HTMLFormElement} */ (event.currentTarget))
    go(withQuery('/console', { ...given, state: here }))
  }
  const isNarrowed = fields.some((name) => query[name] !== undefined)
  const tabs = ['', ...states].map((state) => ({
    href: withQuery('/console', { ...kept, state }),
    text: state === '' ? t('search.state.any') : label('state', state),
    isHere: state === here
  }))
  return html`<${Page} title=${t('search.title')} lead=${t('search.lead')}>
    <form class="search" role="search" onSubmit=${submit} key=${JSON.stringify(query)}>
      <div class="line">
        <${Field} label=${t('search.q')} name="q" type="search" value=${query.q} size="wide" placeholder=${t('search.q.example')} />
        <button class="main">${t('search.find')}</button>
      </div>
      <details open=${isNarrowed}>
        <summary>${t('search.more')}</summary>
        <div class="fields">
          <${Field} label=${t('search.number')} name="number" value=${query.number} />
          <${Field} label=${t('search.dossier')} name="dossier" value=${query.dossier} />
          <${Field} label=${t('search.citizen')} name="citizen" value=${query.citizen} />
          <${AgencyField} label=${t('search.agency')} name="agency" value=${query.agency} />
          <${Field} label=${t('search.type')} name="type" value=${query.type} />
          <${Field} label=${t('search.from')} name="from" type="date" value=${query.from} />
          <${Field} label=${t('search.to')} name="to" type="date" value=${query.to} />
        </div>
      </details>
    </form>
    <${Tabs} label=${t('search.state')} tabs=${tabs} />
    <${Answer} of=${answer}>${(/** @type {any} */ found) => html`<${Found} ...${found} query=${query} asked=${asked} />`}</${Answer}>
  </${Page}>`
}

/** @param {any} props */
function Found({ items, next, isPartial, behind, query, asked }) {
  const { t, count, language } = useTexts()
  const [error, setError] = useState(/** @type {unknown} */ (undefined))
  const csv = withQuery('/v1/flows', asked)
  const download = (/** @type {MouseEvent} */ event) => {
    event.preventDefault()
    save(csv, language).then(() => setError(undefined), setError)
  }
  return html`<div class="found">
      <p role="status">${t('search.found', { count: `${count(items.length)}${next === undefined ? '' : '+'}` })}</p>
      <a href=${csv} download="flows.csv" onClick=${download}>${t('search.csv')}</a>
    </div>
    ${error !== undefined && html`<${Problem} error=${error} />`}
    ${isPartial && html`<p class="note warn">${t('search.partial')}</p>`}
    ${behind > 0 && html`<p class="note warn">${t('search.behind', { count: count(behind) })}</p>`}
    <${Table} caption=${t('search.title')} empty=${t('search.empty')}
      heads=${[t('flow.case'), t('flow.state'), t('flow.holder'), t('flow.last'), t('flow.steps')]}
      rows=${items.map((/** @type {any} */ flow) => [
        html`<${FlowLink} flow=${flow.flow}><${Text} value=${flow.title || flow.flow} isInLink /></${FlowLink}>
          <div class="quiet"><${Text} value=${flow.subjects.join(' · ')} /></div>`,
        html`<${Badge} state=${flow.state} />`,
        html`<${Holders} of=${flow.holders} />`,
        html`<${Time} at=${flow.lastAt} isAgo />`,
        count(flow.steps)
      ])} />
    <${Pager} path="/console" query=${query} next=${next} />`
}

/** Who has the case now. @param {{ of: readonly { agency: string, since: string, due?: string }[] }} props */
function Holders({ of: holders }) {
  const { t, ago, time } = useTexts()
  const byDue = (/** @type {string} */ due) =>
    Date.parse(due) < Date.now()
      ? html` · <strong class="bad whole">${t('flow.late', { time: time(due) })}</strong>`
      : html` · <span class="whole">${t('flow.due', { time: time(due) })}</span>`
  if (holders.length === 0) return html`<span class="quiet">–</span>`
  return holders.map(
    ({ agency, since, due }) => html`<div><${Agency} code=${agency} />
      <div class="quiet"><span class="whole">${t('flow.since', { time: ago(since) })}</span>${due !== undefined && byDue(due)}</div></div>`
  )
}

/**
 * The gateway answers with CSV only to who asks for it by name, which a link cannot.
 * @param {string} path
 * @param {string} language
 */
async function save(path, language) {
  const response = await requestAnswer(path, { language, headers: { accept: 'text/csv' } })
  const made = document.createElement('a')
  made.href = URL.createObjectURL(await response.blob())
  made.download = 'flows.csv'
  made.click()
  URL.revokeObjectURL(made.href)
}

/** The instant at which a day begins in Vietnam. @param {string | undefined} day */
function startOf(day) {
  return day === undefined ? undefined : instantOf(day, 0)
}

/** The instant at which the day after begins. @param {string | undefined} day */
function endOf(day) {
  if (day === undefined) return undefined
  return instantOf(day, 86_400_000)
}

/** What is no day stays as it is: the gateway says so. @param {string} day @param {number} ms after its beginning */
function instantOf(day, ms) {
  const begins = Date.parse(`${day}T00:00:00+07:00`)
  return Number.isNaN(begins) ? day : new Date(begins + ms).toISOString()
}
