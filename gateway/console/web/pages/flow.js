import { useGet, withQuery } from '../api.js'
import { useTexts } from '../i18n.js'
import { Lanes, Missing } from '../lanes.js'
import { html } from '../lib.js'
import { Answer, Badge, Facts, Page, Pager, Text, Time } from '../parts.js'

/** One case: its steps from agency to agency, and what is missing. */
/** @param {{ flow: string, path: string, query: Record<string, string> }} props */
export function FlowPage({ flow, path, query }) {
  const { t } = useTexts()
  const answer = useGet(withQuery(`/v1/flows/${encodeURIComponent(flow)}`, query))
  if (!answer.data) {
    return html`<${Page} title=${t('flow.title')} lead=${flow}><${Answer} of=${answer}>${() => null}</${Answer}></${Page}>`
  }
  const { title, state, startedAt, lastAt, steps, next } = answer.data
  const missing = answer.data.missing.toSorted(
    (/** @type {any} */ a, /** @type {any} */ b) => b.isOverdue - a.isOverdue
  )
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
    ${
      missing.length > 0 &&
      html`<section class=${`missing ${missing.some((/** @type {any} */ one) => one.isOverdue) ? 'bad' : 'warn'}`} aria-labelledby="missing">
      <h2 id="missing">${t('flow.missing')}</h2>
      <ul>${missing.map((/** @type {any} */ one) => html`<li><${Missing} ...${one} /></li>`)}</ul>
    </section>`
    }
    <h2>${t('flow.path')}</h2>
    <${Lanes} steps=${steps} missing=${next === undefined ? missing : []} />
    <${Pager} path=${path} query=${query} next=${next} />
  </${Page}>`
}
