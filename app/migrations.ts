/** What brings the tables of a messenger that is in use to what its resources say now. */
import type { Migration } from '../framework/index.ts'

/** In order. What was released is never changed, only added to. */
export const MIGRATIONS: readonly Migration[] = Object.freeze([
  {
    number: 1,
    name: 'sessions that their owner knows again',
    sql: `
alter table session add column device text collate "C" not null default 'unknown';
alter table session add column address text collate "C" not null default 'unknown';
alter table session alter column device drop default, alter column address drop default;
alter table session rename column updated_at to last_used_at;
create index session_expires_at_idx on session (expires_at, id)`,
  },
  {
    number: 2,
    name: 'users that are blocked',
    sql: `
alter table "user" add column blocked boolean not null default false;
alter table "user" alter column blocked drop default`,
  },
  {
    number: 3,
    name: 'security events',
    sql: `
create table security_event (
  id uuid not null,
  kind text collate "C" not null,
  actor_id uuid,
  subject_id uuid,
  address text collate "C" not null,
  detail text collate "C",
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint security_event_pkey primary key (id)
);
create index security_event_created_at_idx on security_event (created_at, id);
create index security_event_subject_id_created_at_idx on security_event (subject_id, created_at, id)`,
  },
  {
    number: 4,
    name: 'second factors',
    sql: `
create table second_factor (
  user_id uuid not null,
  confirmed boolean not null,
  secret text collate "C" not null,
  last_step integer not null,
  recovery_digests jsonb not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint second_factor_pkey primary key (user_id)
);
alter table second_factor add constraint second_factor_user_id_fkey
  foreign key (user_id) references "user" (id) on delete cascade`,
  },
  {
    number: 5,
    name: 'profiles that their owners show to whom they like',
    sql: `
alter table "user" add column about text collate "C";
alter table "user" add column full_name_visibility text collate "C" not null default 'everyone';
alter table "user" add column email_address_visibility text collate "C" not null default 'nobody';
alter table "user" add column about_visibility text collate "C" not null default 'everyone';
alter table "user" alter column full_name_visibility drop default,
  alter column email_address_visibility drop default, alter column about_visibility drop default`,
  },
  {
    number: 6,
    name: 'links to recover a password, and addresses in one case',
    sql: `
create table password_recovery (
  id uuid not null,
  user_id uuid not null,
  digest text collate "C" not null,
  expires_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint password_recovery_pkey primary key (id),
  constraint password_recovery_user_id_key unique (user_id),
  constraint password_recovery_digest_key unique (digest),
  constraint password_recovery_user_id_fkey foreign key (user_id) references "user" (id) on delete cascade
);
create index password_recovery_expires_at_idx on password_recovery (expires_at, id);
update "user" set email_address = lower(email_address) where email_address is not null;
create index user_email_address_idx on "user" (email_address, id)`,
  },
  {
    number: 7,
    name: 'addresses that were confirmed',
    sql: `
alter table "user" add column confirmed_address text collate "C";
create index user_confirmed_address_idx on "user" (confirmed_address, id);
create table email_confirmation (
  id uuid not null,
  user_id uuid not null,
  email_address text collate "C" not null,
  digest text collate "C" not null,
  expires_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint email_confirmation_pkey primary key (id),
  constraint email_confirmation_digest_key unique (digest),
  constraint email_confirmation_user_id_fkey foreign key (user_id) references "user" (id) on delete cascade
);
create index email_confirmation_user_id_idx on email_confirmation (user_id, id);
create index email_confirmation_email_address_created_at_idx on email_confirmation (email_address, created_at, id);
create index email_confirmation_expires_at_idx on email_confirmation (expires_at, id)`,
  },
  {
    number: 8,
    name: 'passwords that were mailed',
    sql: `alter table "user" add column password_expires_at timestamp(3) with time zone`,
  },
  {
    number: 9,
    name: 'second factors that wait when codes are guessed',
    sql: `
alter table second_factor add column failures integer not null default 0;
alter table second_factor alter column failures drop default;
alter table second_factor add column next_try_at timestamp(3) with time zone`,
  },
  {
    number: 10,
    name: 'conversations and their members',
    sql: `
create table conversation (
  id uuid not null,
  kind text collate "C" not null,
  title text collate "C",
  owner_id uuid,
  join_code text collate "C",
  direct_key text collate "C",
  message_count integer not null,
  last_message_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint conversation_pkey primary key (id),
  constraint conversation_join_code_key unique (join_code),
  constraint conversation_direct_key_key unique (direct_key)
);
create table conversation_member (
  conversation_id uuid not null,
  user_id uuid not null,
  read_number integer not null,
  muted boolean not null,
  can_write boolean not null,
  invited_by_id uuid,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint conversation_member_pkey primary key (conversation_id, user_id)
);
create index conversation_last_message_at_idx on conversation (last_message_at, id);
create index conversation_owner_id_idx on conversation (owner_id, id);
create index conversation_member_user_id_idx on conversation_member (user_id, conversation_id);
create index conversation_member_invited_by_id_idx
  on conversation_member (invited_by_id, conversation_id, user_id);
alter table conversation add constraint conversation_owner_id_fkey
  foreign key (owner_id) references "user" (id);
alter table conversation_member
  add constraint conversation_member_conversation_id_fkey
    foreign key (conversation_id) references conversation (id) on delete cascade,
  add constraint conversation_member_user_id_fkey
    foreign key (user_id) references "user" (id) on delete cascade,
  add constraint conversation_member_invited_by_id_fkey
    foreign key (invited_by_id) references "user" (id) on delete set null`,
  },
  {
    number: 11,
    name: 'messages of conversations, and those that answer, were edited or deleted',
    sql: `
alter table message
  add column conversation_id uuid,
  add column number integer,
  add column reply_to_id uuid,
  add column attachment_ids jsonb not null default '[]',
  add column edited_at timestamp(3) with time zone,
  add column deleted_at timestamp(3) with time zone,
  add constraint message_conversation_id_number_key unique (conversation_id, number);
alter table message alter column attachment_ids drop default;
create index message_conversation_id_created_at_idx on message (conversation_id, created_at, id);
create index message_reply_to_id_idx on message (reply_to_id, id);
create index message_text_text_idx on message using gin (to_tsvector('simple', text));
alter table message
  add constraint message_conversation_id_fkey
    foreign key (conversation_id) references conversation (id) on delete cascade,
  add constraint message_reply_to_id_fkey
    foreign key (reply_to_id) references message (id) on delete set null`,
  },
  {
    number: 12,
    name: 'earlier texts of messages, and reactions to them',
    sql: `
create table message_version (
  id uuid not null,
  message_id uuid not null,
  text text collate "C" not null,
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint message_version_pkey primary key (id)
);
create table message_reaction (
  message_id uuid not null,
  user_id uuid not null,
  emoji text collate "C" not null,
  conversation_id uuid,
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint message_reaction_pkey primary key (message_id, user_id, emoji)
);
create index message_version_message_id_created_at_idx
  on message_version (message_id, created_at, id);
create index message_reaction_message_id_created_at_idx
  on message_reaction (message_id, created_at, user_id, emoji);
create index message_reaction_user_id_idx on message_reaction (user_id, message_id, emoji);
create index message_reaction_conversation_id_idx
  on message_reaction (conversation_id, message_id, user_id, emoji);
alter table message_version add constraint message_version_message_id_fkey
  foreign key (message_id) references message (id) on delete cascade;
alter table message_reaction
  add constraint message_reaction_message_id_fkey
    foreign key (message_id) references message (id) on delete cascade,
  add constraint message_reaction_user_id_fkey
    foreign key (user_id) references "user" (id) on delete cascade,
  add constraint message_reaction_conversation_id_fkey
    foreign key (conversation_id) references conversation (id) on delete cascade`,
  },
  {
    number: 13,
    name: 'files',
    sql: `
create table attachment (
  id uuid not null,
  owner_id uuid not null,
  purpose text collate "C" not null,
  state text collate "C" not null,
  kind text collate "C" not null,
  name text collate "C" not null,
  media_type text collate "C" not null,
  byte_count integer not null,
  width integer,
  height integer,
  message_id uuid,
  conversation_id uuid,
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint attachment_pkey primary key (id)
);
alter table attachment add constraint attachment_owner_id_fkey
  foreign key (owner_id) references "user" (id) on delete cascade;
alter table attachment add constraint attachment_message_id_fkey
  foreign key (message_id) references message (id) on delete cascade;
alter table attachment add constraint attachment_conversation_id_fkey
  foreign key (conversation_id) references conversation (id) on delete cascade;
create index attachment_owner_id_created_at_idx on attachment (owner_id, created_at, id);
create index attachment_message_id_idx on attachment (message_id, id);
create index attachment_conversation_id_created_at_idx on attachment (conversation_id, created_at, id);
create index attachment_state_created_at_idx on attachment (state, created_at, id);
alter table "user" add column avatar_id uuid;
alter table "user" add column avatar_visibility text collate "C" not null default 'everyone';
alter table "user" alter column avatar_visibility drop default;
alter table "user" add constraint user_avatar_id_key unique (avatar_id);
alter table "user" add constraint user_avatar_id_fkey
  foreign key (avatar_id) references attachment (id) on delete set null`,
  },
  {
    number: 14,
    name: 'friendships, and users found by similar names',
    sql: `
create table friendship (
  user_id uuid not null,
  other_id uuid not null,
  state text collate "C" not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint friendship_pkey primary key (user_id, other_id)
);
alter table friendship add constraint friendship_user_id_fkey
  foreign key (user_id) references "user" (id) on delete cascade;
alter table friendship add constraint friendship_other_id_fkey
  foreign key (other_id) references "user" (id) on delete cascade;
create index friendship_other_id_idx on friendship (other_id, user_id);
create index user_username_trigram_idx on "user" using gin (lower(username collate "C") gin_trgm_ops);
create index user_full_name_trigram_idx on "user" using gin (lower(full_name collate "C") gin_trgm_ops)`,
  },
  {
    number: 15,
    name: 'who may see whether a user is there',
    sql: `
alter table "user" add column presence_visibility text collate "C" not null default 'everyone';
alter table "user" alter column presence_visibility drop default;
create table availability (
  user_id uuid not null,
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint availability_pkey primary key (user_id)
);
alter table availability add constraint availability_user_id_fkey
  foreign key (user_id) references "user" (id) on delete cascade;
insert into availability (user_id, created_at) select id, created_at from "user"`,
  },
  {
    number: 16,
    name: 'notifications',
    sql: `
create table notification (
  id uuid not null,
  user_id uuid not null,
  kind text collate "C" not null,
  actor_id uuid,
  conversation_id uuid,
  message_id uuid,
  is_read boolean not null,
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint notification_pkey primary key (id)
);
alter table notification add constraint notification_user_id_fkey
  foreign key (user_id) references "user" (id) on delete cascade;
alter table notification add constraint notification_actor_id_fkey
  foreign key (actor_id) references "user" (id) on delete cascade;
alter table notification add constraint notification_conversation_id_fkey
  foreign key (conversation_id) references conversation (id) on delete cascade;
alter table notification add constraint notification_message_id_fkey
  foreign key (message_id) references message (id) on delete cascade;
create index notification_user_id_created_at_idx on notification (user_id, created_at, id);
create index notification_created_at_idx on notification (created_at, id);
create index notification_actor_id_idx on notification (actor_id, id);
create index notification_conversation_id_idx on notification (conversation_id, id);
create index notification_message_id_idx on notification (message_id, id)`,
  },
  {
    number: 17,
    name: 'exports',
    sql: `
create table data_export (
  id uuid not null,
  user_id uuid not null,
  state text collate "C" not null,
  byte_count double precision,
  expires_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone not null,
  _version bigint not null default nextval('holdfast_version'),
  constraint data_export_pkey primary key (id)
);
alter table data_export add constraint data_export_user_id_fkey
  foreign key (user_id) references "user" (id) on delete cascade;
create index data_export_user_id_created_at_idx on data_export (user_id, created_at, id);
create index data_export_expires_at_idx on data_export (expires_at, id)`,
  },
  {
    number: 18,
    name: 'accounts that their users have deleted',
    sql: `alter table "user" add column deleted_at timestamp(3) with time zone`,
  },
  {
    number: 19,
    name: 'notifications that are not read, by conversation',
    sql: `
create index notification_conversation_id_is_read_idx on notification (conversation_id, is_read, id);
drop index notification_conversation_id_idx`,
  },
])
