/** Proves the types of tables: what is read, what an insert must bring, what the database alone sets. */

import type { Insertable, Selectable, Updateable } from 'kysely'
import type { DatabaseOf } from '../../framework/postgres/database-of.ts'
import type { samples } from '../kit/sample-resources.ts'
import { same } from './same.ts'

type Database = DatabaseOf<typeof samples>

same<keyof Database, 'everything' | 'tag' | 'place' | 'note' | 'mark'>(true)

same<Selectable<Database['tag']>['description'], string | null>(true)
same<Selectable<Database['everything']>['secret'], string | null>(true)
same<Selectable<Database['everything']>['bigint'], string | null>(true)
same<Selectable<Database['note']>['number'], number>(true)
same<Selectable<Database['note']>['_version'], string>(true)

/** Only what a create must bring is required. */
const tag: Insertable<Database['tag']> = { name: 'a' }
const note: Insertable<Database['note']> = { everything_id: 'x', text: '' }
// @ts-expect-error the name is missing
const nameless: Insertable<Database['tag']> = { description: null }
// @ts-expect-error the version is the database's
const versioned: Updateable<Database['tag']> = { _version: '1' }
const secretly: Updateable<Database['everything']> = { secret: 'x', json: { a: [1] } }

/** Used, so that none of them is idle. */
export const written = [tag, note, nameless, versioned, secretly]
