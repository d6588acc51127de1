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
])
