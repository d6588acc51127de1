/** The SQL of the hand-written server: named statements over the messenger's own table. */

import { randomUUIDv7 } from 'node:crypto'

import pg from 'pg'

import type { Place } from './page-key.ts'

/** A row of the table. */
export interface Message {
  readonly id: string
  readonly text: string
  readonly author_id: string
  readonly created_at: string
  readonly updated_at: string
  readonly version: string
}

/** What a page is asked by. */
export interface PageQuery {
  readonly authorId: string | undefined
  readonly after: Place | undefined
  readonly limit: number
}

/** The six operations on messages. Rights are in the statements. */
export interface Messages {
  read(id: string): Promise<Message | undefined>
  page(query: PageQuery): Promise<readonly Message[]>
  count(authorId: string | undefined): Promise<number>
  create(text: string, authorId: string): Promise<Message>
  /** Undefined when there is no such message of this author. */
  update(id: string, text: string, authorId: string): Promise<Message | undefined>
}

type Row = readonly [string, string, string, string, string, string]

const COLUMNS = 'id, text, author_id, created_at, updated_at, _version'
const NEWEST = 'order by created_at desc, id desc'
const BEFORE = '(created_at, id) <'

/** Each name belongs to one text, so that PostgreSQL parses it once per connection. */
const TEXTS = {
  read: `select ${COLUMNS} from message where id = $1`,
  newest: `select ${COLUMNS} from message ${NEWEST} limit $1`,
  newest_after: `select ${COLUMNS} from message where ${BEFORE} ($2, $3) ${NEWEST} limit $1`,
  author: `select ${COLUMNS} from message where author_id = $2 ${NEWEST} limit $1`,
  author_after: `select ${COLUMNS} from message where author_id = $2 and ${BEFORE} ($3, $4) ${NEWEST} limit $1`,
  count: 'select count(*) from message',
  count_author: 'select count(*) from message where author_id = $1',
  create:
    'insert into message (id, text, author_id, created_at, updated_at) values ($1, $2, $3, $4, $4) returning _version',
  update: `update message set text = $2, updated_at = $3, _version = nextval('holdfast_version') where id = $1 and author_id = $4 returning ${COLUMNS}`,
} as const

/** Over a pool. */
export function createMessages(pool: pg.Pool): Messages {
  const rowsOf = async (
    name: keyof typeof TEXTS,
    values: readonly (string | number)[],
  ): Promise<Row[]> => {
    const query = { name, text: TEXTS[name], values: [...values], rowMode: 'array' as const }
    return (await pool.query<[...Row]>(query)).rows
  }
  return {
    async read(id) {
      return toMessage((await rowsOf('read', [id]))[0])
    },
    async page({ authorId, after, limit }) {
      const name = authorId === undefined ? 'newest' : 'author'
      const values = authorId === undefined ? [limit] : [limit, authorId]
      const rows =
        after === undefined
          ? await rowsOf(name, values)
          : await rowsOf(`${name}_after`, [...values, ...after])
      return rows.map(fromRow)
    },
    async count(authorId) {
      const [row] =
        authorId === undefined
          ? await rowsOf('count', [])
          : await rowsOf('count_author', [authorId])
      return Number(row?.[0])
    },
    async create(text, authorId) {
      const [id, now] = [randomUUIDv7(), new Date().toISOString()]
      const [row] = await rowsOf('create', [id, text, authorId, now])
      const version = row?.[0] ?? ''
      return { id, text, author_id: authorId, created_at: now, updated_at: now, version }
    },
    async update(id, text, authorId) {
      const now = new Date().toISOString()
      return toMessage((await rowsOf('update', [id, text, now, authorId]))[0])
    },
  }
}

function toMessage(row: Row | undefined): Message | undefined {
  return row === undefined ? undefined : fromRow(row)
}

function fromRow([id, text, author_id, created_at, updated_at, version]: Row): Message {
  return { id, text, author_id, created_at, updated_at, version }
}

const TIMESTAMPTZ = 1184

/** A pool whose times stay text: `2026-11-20 13:00:00.12+00` becomes ISO 8601 by position, without a `Date`. */
export function createPool(connectionString: string, max: number): pg.Pool {
  const types = {
    getTypeParser: (oid: number): ((text: string) => unknown) =>
      oid === TIMESTAMPTZ
        ? toIso
        : (pg.types.getTypeParser(oid, 'text') as (text: string) => unknown),
  }
  return new pg.Pool({ connectionString, max, types, options: '-c TimeZone=UTC' })
}

function toIso(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z`
}
