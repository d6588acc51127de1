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
    number: 31,
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
create index attachment_owner_id_created_at_idx on attachment (owner_id, created_at, id);
create index attachment_message_id_idx on attachment (message_id, id);
create index attachment_conversation_id_created_at_idx on attachment (conversation_id, created_at, id);
create index attachment_state_created_at_idx on attachment (state, created_at, id);
alter table message add column attachment_ids jsonb not null default '[]';
alter table message alter column attachment_ids drop default;
alter table "user" add column avatar_id uuid;
alter table "user" add column avatar_visibility text collate "C" not null default 'everyone';
alter table "user" alter column avatar_visibility drop default;
alter table "user" add constraint user_avatar_id_key unique (avatar_id);
alter table "user" add constraint user_avatar_id_fkey
  foreign key (avatar_id) references attachment (id) on delete set null`,
  },
])
