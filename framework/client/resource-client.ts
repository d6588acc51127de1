/** The operations of one resource over HTTP, as plain values; `client.ts` gives them the types of the app. */
import { ProblemError } from './problem-error.ts'
import { definedIn, type Answer, type Request, type Send } from './requests.ts'

/** What all operations take. */
export interface CallerOptions {
  readonly signal?: AbortSignal | undefined
}

/** Conditions of a write. */
export interface Conditions extends CallerOptions {
  readonly precondition?: unknown
  readonly ifMatch?: string | undefined
}

/** What to search for. */
export interface SearchOptions extends CallerOptions {
  readonly where?: unknown
  readonly query?: string | undefined
  readonly order?: string | readonly string[] | undefined
  readonly limit?: number | undefined
  readonly pageKey?: string | undefined
  readonly include?: string | readonly string[] | undefined
  readonly cursor?: boolean | undefined
}

/** One edit of a batch. */
export interface BatchEdit {
  readonly create?: unknown
  readonly update?: unknown
  readonly delete?: unknown
  readonly precondition?: unknown
  readonly ifMatch?: string
}

/** The operations of a resource. */
export type ResourceOperations = ReturnType<typeof resourceOperations>

/** Makes the operations. @param name as it was declared, snake_case */
export function resourceOperations(name: string, send: Send) {
  const path = `/actions/${toKebab(name)}`
  const pathOf = (key: string): string => `${path}/${encodeURIComponent(key)}`
  const get = (request: Omit<Request, 'method'>): Promise<Answer> =>
    send({ ...request, method: 'GET', isRepeatable: true })

  async function readOrThrow(key: string, { include, signal }: SearchOptions = {}) {
    return toResult(await get({ path: pathOf(key), query: queryOf({ include }), signal }))
  }

  async function search({ signal, ...options }: SearchOptions = {}) {
    return toPage((await get({ path: `${path}-search`, query: queryOf(options), signal })).body)
  }

  /** A condition that only one write meets makes it safe to send again. */
  function write(
    { ifMatch, signal }: Conditions,
    request: Pick<Request, 'method' | 'path' | 'body'>,
  ) {
    const isRepeatable = ifMatch !== undefined && ifMatch.trim() !== '*'
    return send({ ...request, headers: { 'if-match': ifMatch }, isRepeatable, signal })
  }

  return {
    async create(
      item: unknown,
      {
        idempotencyKey = randomKey(),
        signal,
      }: CallerOptions & { readonly idempotencyKey?: string } = {},
    ) {
      const headers = { 'idempotency-key': idempotencyKey }
      const body = { item }
      return toResult(
        await send({ method: 'POST', path, body, headers, isRepeatable: true, signal }),
      )
    },
    readOrThrow,
    read: (key: string, options?: SearchOptions) => orUndefined(readOrThrow(key, options)),
    async update(key: string, item: unknown, conditions: Conditions = {}) {
      const body = { item, precondition: conditions.precondition }
      return toResult(await write(conditions, { method: 'PATCH', path: pathOf(key), body }))
    },
    async delete(key: string, conditions: Conditions = {}): Promise<void> {
      await write(conditions, { method: 'DELETE', path: pathOf(key) })
    },
    search,
    searchAll: (options: SearchOptions = {}) => pagesOf(search, options),
    async count(where?: unknown, { query, signal }: SearchOptions = {}) {
      const { body } = await get({
        path: `${path}-count`,
        query: queryOf({ where, query }),
        signal,
      })
      return (body as { readonly count: number }).count
    },
    async readBatch(keys: readonly string[], { signal }: CallerOptions = {}) {
      const query = keys.map((key): [string, string] => ['keys', key])
      const { body } = await get({ path: `${path}-batch`, query, signal })
      return (body as readonly unknown[]).map((result) => result ?? undefined)
    },
    async editBatch(
      edits: readonly BatchEdit[],
      { atomic, signal }: CallerOptions & { readonly atomic?: boolean } = {},
    ) {
      const body = { edits: edits.map(toWireEdit), atomic }
      return (await send({ method: 'PATCH', path: `${path}-batch`, body, signal })).body
    },
    link: (link: string, key: string, { signal, ...options }: SearchOptions = {}) =>
      orUndefined(
        get({ path: `${pathOf(key)}/${toKebab(link)}`, query: queryOf(options), signal }).then(
          toLinked,
        ),
      ),
  }
}

async function* pagesOf<P extends { readonly nextPageKey: string | undefined }>(
  search: (options: SearchOptions) => Promise<P>,
  options: SearchOptions,
): AsyncGenerator<P, void, undefined> {
  let { pageKey } = options
  do {
    const page = await search({ ...options, pageKey })
    yield page
    pageKey = page.nextPageKey
  } while (pageKey !== undefined)
}

/** snake_case to kebab-case: how names stand in paths. */
export function toKebab(name: string): string {
  return name.replaceAll('_', '-')
}

function queryOf(options: SearchOptions): [string, string][] {
  const { where, query, order, limit, pageKey, include, cursor } = options
  return definedIn({
    filter: JSON.stringify(where), // undefined stays undefined
    query,
    search_order: order?.toString(),
    limit,
    page_key: pageKey,
    include: include?.toString(),
    cursor,
  })
}

/** What the server answers is as its documents say. */
type Wire = Readonly<Record<string, unknown>>

/** 128 bits by chance. `crypto.randomUUID` is kept from pages that came without TLS. */
function randomKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}

/** A result with its tag. */
export function toResult({ body, etag }: Answer): unknown {
  return etag === undefined ? body : { ...(body as Wire), etag }
}

function toPage(body: unknown) {
  const { results, next_page_key, creatable, cursor } = body as Wire
  return {
    results: results as readonly unknown[],
    nextPageKey: (next_page_key ?? undefined) as string | undefined,
    creatable,
    cursor,
  }
}

function toLinked(answer: Answer): unknown {
  const body = answer.body as Wire
  if ('count' in body) return body['count']
  return 'results' in body ? toPage(body) : toResult(answer)
}

function toWireEdit(edit: BatchEdit): unknown {
  const { precondition, ifMatch: if_match } = edit
  return {
    create_item: edit.create,
    update_item: edit.update,
    delete_key: edit.delete,
    precondition,
    if_match,
  }
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return undefined
    throw error
  }
}
