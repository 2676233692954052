import { LanguageChoice } from './frame.js'
import { useTexts } from './i18n.js'
import { html, useEffect } from './lib.js'
import { Problem } from './parts.js'

/**
 * The token of a log-in link. It is taken out of the address at once, so that it is neither in the history nor in what
 * is copied from there.
 */
export function takeLoginToken() {
  const [, token] = /^#login=(.+)$/.exec(location.hash) ?? []
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search)
  return token
}

/** How to log in. @param {{ error: unknown }} props */
export function Login({ error }) {
  const { t } = useTexts()
  useEffect(() => {
    document.title = `${t('login.title')} · Liên Thông`
  })
  return html`<main class="login" id="main">
    <h1>Liên Thông</h1>
    <p class="lead">${t('login.lead')}</p>
    ${error !== undefined && html`<${Problem} error=${error} />`}
    <h2>${t('login.title')}</h2>
    <p>${t('login.link')}</p>
    <pre><code>lienthong console</code></pre>
    <p class="quiet">${t('login.link.once')}</p>
    <div class="actions"><${LanguageChoice} /></div>
  </main>`
}
