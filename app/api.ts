/** What the messenger offers, as a type: for the typed client, which takes nothing else from here. */
import type { ApiOf } from '../framework/client/index.ts'
import type { allActions } from './actions/all.ts'
import type { onCreateMessage, onNotification } from './channels.ts'
import type { all } from './resources/all.ts'

/** `createClient<Api>({ url })` */
export type Api = ApiOf<
  typeof all,
  ReturnType<typeof allActions>['actions'],
  [typeof onCreateMessage, typeof onNotification],
  { message: 'author_id'; conversation: 'owner_id'; message_reaction: 'user_id' }
>
