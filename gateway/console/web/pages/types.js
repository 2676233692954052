import { useGet } from '../api.js'
import { useTexts } from '../i18n.js'
import { html } from '../lib.js'
import { Answer, EventType, Page, Table, Text } from '../parts.js'

/** Every event type, including those registered while the bus runs. */
export function EventTypes() {
  const { t } = useTexts()
  const answer = useGet('/asyncapi.json')
  return html`<${Page} title=${t('types.title')} lead=${t('types.lead')}>
    <${Answer} of=${answer}>${(
      /** @type {any} */ { channels, components }
    ) => html`<${Table} caption=${t('types.title')} empty=${t('none')}
      heads=${[t('event.type'), t('type.says')]}
      rows=${Object.keys(channels.publish.messages)
        .sort()
        .map((type) => [
          html`<${EventType} type=${type} /><div class="quiet"><code>${type}</code></div>`,
          html`<span lang="en"><${Text} value=${components.schemas[type].description} /></span>`
        ])} />`}</${Answer}>
  </${Page}>`
}
