import type { PortalArticle } from './portal-articles.ts'
import type { FurtherPaths } from './portal-site.ts'

/** The part of the REST interface of WordPress (`/wp/v2/posts`) that reading needs: the articles of a portal as posts. */
export function createPostsReader(
  articles: () => readonly PortalArticle[],
  origin: () => string
): FurtherPaths {
  const shown = ({ id, title, html, path, publishedAt, modifiedAt }: PortalArticle): object => ({
    ...{ id, link: origin() + path, date_gmt: instantOf(publishedAt), modified_gmt: instantOf(modifiedAt) },
    ...{
      title: { rendered: title },
      excerpt: { rendered: '' },
      content: { rendered: html, protected: false }
    }
  })

  return (request, _body, response) => {
    const { searchParams: query } = new URL(request.url ?? '/', 'http://portal')
    if (query.get('rest_route') !== '/wp/v2/posts') return false
    const page = pageOf(articles(), query)
    const isPast = page.length === 0 && Number(query.get('page') ?? 1) > 1
    const answer = isPast ? { code: 'rest_post_invalid_page_number' } : page.map(shown)
    response.writeHead(isPast ? 400 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    return true
  }
}

function pageOf(articles: readonly PortalArticle[], query: URLSearchParams): readonly PortalArticle[] {
  const orderOf = ({ publishedAt, modifiedAt }: PortalArticle): string =>
    instantOf(query.get('orderby') === 'modified' ? modifiedAt : publishedAt)
  const after = query.get('modified_after') ?? query.get('after') ?? ''
  const included = query.get('include')?.split(',').map(Number)
  const size = Number(query.get('per_page') ?? 10)
  const from = (Number(query.get('page') ?? 1) - 1) * size
  return articles
    .filter((one) => `${orderOf(one)}Z` > after && (included?.includes(one.id) ?? true))
    .toSorted((a, b) => orderOf(a).localeCompare(orderOf(b)) || a.id - b.id)
    .slice(from, from + size)
}

/** As WordPress writes them: whole seconds, in UTC without saying so. */
function instantOf(at: Date): string {
  return at.toISOString().slice(0, 19)
}
