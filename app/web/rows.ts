/** The rows that the page shows, as types of the messenger; nothing of the server gets into the page. */
import type { Item } from '../../framework/index.ts'
import type { Api } from '../api.ts'

type Rows = Api['resources']

/** A user as the caller may see it. */
export type User = Item<Rows['user']>
/** A message. */
export type Message = Item<Rows['message']>
/** A conversation. */
export type Conversation = Item<Rows['conversation']>
/** A member of one. */
export type Member = Item<Rows['conversation_member']>
/** A reaction to a message. */
export type Reaction = Item<Rows['message_reaction']>
/** A file of a message. */
export type Attachment = Item<Rows['attachment']>
/** How the caller stands with another user. */
export type Friendship = Item<Rows['friendship']>
/** Something that the caller is told of. */
export type Notice = Item<Rows['notification']>
/** All that is kept of the caller, as a file. */
export type DataExport = Item<Rows['data_export']>
