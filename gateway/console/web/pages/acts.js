import { useGet, withQuery } from '../api.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import {
  Agency,
  AgencyField,
  Answer,
  Field,
  Page,
  Pager,
  Raw,
  System,
  Table,
  Text,
  Time,
  valuesOf
} from '../parts.js'
import { go } from '../router.js'

/** What people and systems changed: who, when, what, on whose behalf. @param {{ query: Record<string, string> }} props */
export function Acts({ query }) {
  const { t, label } = useTexts()
  const answer = useGet(withQuery('/v1/acts', query))
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    go(withQuery('/console/acts', valuesOf(/** @type {HTMLFormElement} */ (event.currentTarget))))
  }
  return html`<${Page} title=${t('acts.title')} lead=${t('acts.lead')}>
    <form class="search" role="search" onSubmit=${submit} key=${JSON.stringify(query)}>
      <div class="line">
        <${Field} label=${t('search.q')} name="q" type="search" value=${query.q} size="wide" />
        <${Field} label=${t('acts.by')} name="who" value=${query.who} />
        <${Field} label=${t('acts.act')} name="act" value=${query.act} />
        <${AgencyField} label=${t('search.agency')} name="agency" value=${query.agency} />
        <button class="main">${t('search.find')}</button>
      </div>
    </form>
    <${Answer} of=${answer}>${(
      /** @type {any} */ { items, next }
    ) => html`<${Table} caption=${t('acts.title')} empty=${t('acts.none')}
        heads=${[t('acts.at'), t('acts.act'), t('acts.resource'), t('acts.by'), t('acts.reason'), t('acts.body')]}
        rows=${items.map((/** @type {any} */ act) => [
          html`<${Time} at=${act.recordedAt} isExact />`,
          html`${label('act', act.act)}${label('act', act.act) === act.act ? '' : html`<div class="quiet"><code>${act.act}</code></div>`}`,
          html`<code><${Text} value=${act.resource} /></code>`,
          html`<${By} of=${act} />`,
          html`<${Text} value=${act.reason} />`,
          html`<details><summary>${t('acts.show')}</summary><${Raw} value=${act.body} /></details>`
        ])} />
      <${Pager} path="/console/acts" query=${query} next=${next} />`}</${Answer}>
  </${Page}>`
}

/** @param {{ of: any }} props */
function By({ of: { by, onBehalfOf } }) {
  const { t } = useTexts()
  return html`${by.person && html`<div><${Text} value=${by.person.name} /> <span class="quiet"><${Text} value=${by.person.id} /></span></div>`}
    ${by.system ? html`<${System} id=${by.system} />` : by.agency && html`<${Agency} code=${by.agency} />`}
    ${onBehalfOf && html`<div class="quiet">${t('acts.onBehalfOf')} <${Agency} code=${onBehalfOf} /></div>`}`
}
