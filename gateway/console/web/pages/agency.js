import { requestAll, useGet, withQuery } from '../api.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import {
  Agency,
  Answer,
  Backlog,
  Badge,
  EventType,
  Facts,
  lastRead,
  Page,
  Table,
  Text,
  Time
} from '../parts.js'

const soonMs = 30 * 86_400_000

/** One agency: when it was last heard, its systems and keys, agreements and rights. @param {{ code: string }} props */
export function AgencyPage({ code }) {
  const { t } = useTexts()
  const path = `/v1/agencies/${encodeURIComponent(code)}`
  const agency = useGet(path)
  const activity = useGet(`${path}/activity`)
  const systems = useGet(withQuery('/v1/systems', { agency: code }), requestAll)
  const agreements = useGet(withQuery('/v1/agreements', { agency: code }), requestAll)
  const rights = useGet(withQuery('/v1/rights', { agency: code }), requestAll)
  const one = agency.data
  return html`<${Page} title=${one?.name ?? code} lead=${code}
    actions=${html`<a class="button" href=${withQuery('/console', { agency: code })}>${t('agency.flows')}</a>`}>
    <${Answer} of=${agency}>${() =>
      html`<${Facts} items=${[
        [t('flow.state'), html`<${Badge} state=${one.status} group="status" />`],
        one.parent && [t('agency.parent'), html`<${Agency} code=${one.parent} />`],
        one.otherCode && [t('agency.otherCode'), html`<code>${one.otherCode}</code>`],
        one.validTo && [t('agency.validTo'), one.validTo],
        one.successor && [t('agency.successor'), html`<${Agency} code=${one.successor} />`]
      ]} />`}</${Answer}>
    <h2>${t('agency.activity')}</h2>
    <${Answer} of=${activity}>${(/** @type {any} */ data) => html`<${Activity} of=${data} />`}</${Answer}>
    <h2>${t('agency.systems')}</h2>
    <${Answer} of=${systems}>${(/** @type {any} */ { items }) => html`<${Systems} items=${items} activity=${activity.data} />`}</${Answer}>
    <h2>${t('agency.agreements')}</h2>
    <${Answer} of=${agreements}>${(
      /** @type {any} */ { items }
    ) => html`<${Table} caption=${t('agency.agreements')} empty=${t('none')}
      heads=${[t('agreement.provider'), t('agreement.consumer'), t('agreement.types'), t('agreement.purpose'), t('flow.state'), t('agency.validTo')]}
      rows=${items.map((/** @type {any} */ agreement) => [
        html`<${Agency} code=${agreement.provider} />`,
        html`<${Agency} code=${agreement.consumer} />`,
        agreement.types.map((/** @type {string} */ type) => html`<div><${EventType} type=${type} /></div>`),
        html`<${Text} value=${agreement.purpose} /><div class="quiet"><${Text} value=${agreement.legalBasis} /></div>`,
        html`<${Badge} state=${agreement.status} group="status" />`,
        html`<${Time} at=${agreement.validTo} />`
      ])} />`}</${Answer}>
    <h2>${t('agency.rights')}</h2>
    <${Answer} of=${rights}>${(
      /** @type {any} */ { items }
    ) => html`<${Table} caption=${t('agency.rights')} empty=${t('none')}
      heads=${[t('system'), t('event.type'), t('right.recipients')]}
      rows=${items.map((/** @type {any} */ right) => [
        html`<code>${nameOf(right.resource)}</code>`,
        html`<${EventType} type=${right.type} />`,
        right.recipients === '*' ? t('right.all') : t('right.agreements')
      ])} />`}</${Answer}>
  </${Page}>`
}

/** @param {{ of: any }} props */
function Activity({ of: activity }) {
  const { t, eventName } = useTexts()
  const { lastPublished, oldestUnread } = activity
  const read = lastRead(activity.systems)
  const event = (/** @type {any} */ { at, type, hash }) =>
    html`<${Time} at=${at} /> <span class="quiet">(<${Time} at=${at} isAgo />)</span> · <a href=${`/console/events/${hash}`} title=${type}>${eventName(type) ?? type}</a>`
  return html`<${Facts} items=${[
    [
      t('agency.read'),
      read
        ? html`<${Time} at=${read} /> <span class="quiet">(<${Time} at=${read} isAgo />)</span>`
        : t('never')
    ],
    [t('agency.published'), lastPublished ? event(lastPublished) : t('never')],
    [t('agency.backlog'), html`<${Backlog} of=${activity} />`],
    [t('agency.oldest'), oldestUnread ? event(oldestUnread) : t('agency.oldest.none')]
  ]} />`
}

/** @param {{ items: readonly any[], activity: any }} props */
function Systems({ items, activity }) {
  const { t, label } = useTexts()
  const heard = new Map((activity?.systems ?? []).map((/** @type {any} */ one) => [one.system, one]))
  return html`<${Table} caption=${t('agency.systems')} empty=${t('none')}
    heads=${[t('system'), t('flow.state'), t('agency.read'), t('agency.published'), t('agency.refused'), t('system.keys')]}
    rows=${items.map((system) => {
      const { lastRead, lastPublished, lastRefused } = heard.get(system.resource) ?? {}
      return [
        html`<code>${nameOf(system.resource)}</code>${system.name && html`<div class="quiet"><${Text} value=${system.name} /></div>`}
          ${system.roles.map((/** @type {string} */ role) => html`<div class="quiet">${label('role', role)}</div>`)}`,
        html`<${Badge} state=${system.status} group="status" />`,
        html`<${Last} of=${lastRead} />`,
        html`<${Last} of=${lastPublished} />`,
        html`<${Last} of=${lastRefused} />`,
        system.keys.map((/** @type {any} */ key) => html`<${Key} of=${key} />`)
      ]
    })} />`
}

/** @param {{ of: string | undefined }} props */
function Last({ of: at }) {
  const { t } = useTexts()
  return at === undefined ? html`<span class="quiet">${t('never')}</span>` : html`<${Time} at=${at} isAgo />`
}

/** A public key, and how long it is good. @param {{ of: { key: { kid: string, alg: string }, validTo?: string } }} props */
function Key({ of: { key, validTo } }) {
  const { t, time } = useTexts()
  const left = validTo === undefined ? Number.POSITIVE_INFINITY : Date.parse(validTo) - Date.now()
  const state = left <= 0 ? 'expired-key' : left < soonMs ? 'expires-soon' : 'valid'
  return html`<div class="apart"><code>${key.kid}</code> <span class="quiet">${key.alg}</span> <${Badge} state=${state} group="key" />
    <span class="quiet">${validTo === undefined ? t('key.noEnd') : t('key.until', { time: time(validTo) })}</span></div>`
}

/** @param {string} resource */
function nameOf(resource) {
  return resource.split('/').at(-1)
}
