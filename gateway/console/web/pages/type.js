import { requestAll, useGet } from '../api.js'
import { exampleOf } from '../example.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import { Agency, Answer, Badge, Page, Raw, System, Table, Text } from '../parts.js'

/** One event type: its fields, an example, who may publish it and who is given it. @param {{ type: string }} props */
export function EventTypePage({ type }) {
  const { t, eventName } = useTexts()
  const described = useGet('/asyncapi.json')
  const rights = useGet('/v1/rights', requestAll)
  const agreements = useGet('/v1/agreements', requestAll)
  const isOf = (/** @type {any} */ { types }) => types.includes(type)
  return html`<${Page} title=${eventName(type) ?? type} lead=${type}>
    ${described.data && html`<p lang="en"><${Text} value=${described.data.components.schemas[type]?.description} /></p>`}
    <h2>${t('type.producers')}</h2>
    <${Answer} of=${rights}>${(
      /** @type {any} */ { items }
    ) => html`<${Table} caption=${t('type.producers')} empty=${t('none')}
      heads=${[t('system'), t('right.recipients')]}
      rows=${items
        .filter((/** @type {any} */ right) => right.type === type)
        .map((/** @type {any} */ right) => [
          html`<${System} id=${right.resource} />`,
          right.recipients === '*' ? t('right.all') : t('right.agreements')
        ])} />`}</${Answer}>
    <h2>${t('type.consumers')}</h2>
    ${type.startsWith('document.') && html`<p>${t('type.consumers.document')}</p>`}
    <${Answer} of=${agreements}>${(
      /** @type {any} */ { items }
    ) => html`<${Table} caption=${t('type.consumers')} empty=${t('none')}
      heads=${[t('agreement.consumer'), t('agreement.provider'), t('flow.state')]}
      rows=${items
        .filter(isOf)
        .map((/** @type {any} */ agreement) => [
          html`<${Agency} code=${agreement.consumer} />`,
          html`<${Agency} code=${agreement.provider} />`,
          html`<${Badge} state=${agreement.status} group="status" />`
        ])} />`}</${Answer}>
    <${Answer} of=${described}>${(/** @type {any} */ { components }) => {
      const schema = components.schemas[type]
      return schema
        ? html`<h2>${t('type.fields')}</h2><${Fields} schema=${schema} />
          <h2>${t('type.example')}</h2><p class="quiet">${t('type.example.says')}</p>
          <${Raw} value=${exampleOf(schema)} />
          <details><summary>${t('type.schema')}</summary><${Raw} value=${schema} /></details>`
        : html`<p class="note bad">${t('type.unknown')}</p>`
    }}</${Answer}>
  </${Page}>`
}

/** @param {{ schema: any }} props */
function Fields({ schema }) {
  const { t } = useTexts()
  const required = new Set(schema.required ?? [])
  return html`<${Table} caption=${t('type.fields')} empty=${t('none')} heads=${[t('field.name'), t('field.kind'), t('field.says')]}
    rows=${Object.entries(schema.properties ?? {}).map(([name, field]) => [
      html`<code>${name}</code>${required.has(name) ? '' : html` <span class="quiet">${t('field.optional')}</span>`}`,
      html`<code>${kindOf(field)}</code>`,
      html`<span lang="en"><${Text} value=${/** @type {any} */ (field).description} /></span>`
    ])} />`
}

/** @param {any} field */
function kindOf({ type, format, enum: values, items }) {
  if (values) return values.join(' | ')
  if (type === 'array') return `${items?.type ?? ''}[]`
  return format ?? type ?? 'object'
}
