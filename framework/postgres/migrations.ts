/** The framework's own tables, sequences and functions, as numbered migrations. What was released is never changed, only added to. */

/** One step of a schema. It is run once, in the order of the numbers, and recorded. */
export interface Migration {
  /** A whole number from 1. */
  readonly number: number
  /** For people: what it does. */
  readonly name: string
  /** One or more statements; no BEGIN, COMMIT, or statement that can't be in a transaction. */
  readonly sql: string
}

/** All of them, lowest number first. */
export const FRAMEWORK_MIGRATIONS: readonly Migration[] = Object.freeze([
  {
    number: 1,
    name: 'versions, outbox, log, consumers, idempotency',
    sql: `
create sequence holdfast_version as bigint;

-- The tables of the declarations, as the database now has them.
create table holdfast_table (
  name text collate "C" primary key,
  checksum text collate "C" not null
);

-- Committed changes that have no position yet: short-lived, and in no order but that of one row's changes.
create table holdfast_outbox (
  id bigint generated always as identity primary key,
  resource text collate "C" not null,
  operation text collate "C" not null,
  before json,
  after json
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Where the log stands. Its one row is the fence between relays: who numbers changes holds its lock.
create table holdfast_feed (
  one integer primary key check (one = 1),
  epoch text collate "C" not null,
  position bigint not null
) with (fillfactor = 10);

-- The one order of all changes: dense positions from 1.
create table holdfast_log (
  position bigint primary key,
  resource text collate "C" not null,
  operation text collate "C" not null,
  before json,
  after json,
  at timestamp(3) with time zone not null
) with (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000);

-- How far each durable reader of the log has come.
create table holdfast_consumer (
  name text collate "C" primary key,
  position bigint not null
);

-- First answers to requests with an Idempotency-Key.
create table holdfast_idempotency (
  subject text collate "C" not null,
  operation text collate "C" not null,
  key text collate "C" not null,
  body_hash text collate "C" not null,
  answer json,
  created_at timestamp(3) with time zone not null,
  primary key (subject, operation, key)
);
create index holdfast_idempotency_created_at_idx on holdfast_idempotency (created_at);

create function holdfast_new_epoch() returns text language sql volatile as
  $function$ select left(replace(gen_random_uuid()::text, '-', ''), 12) $function$;

insert into holdfast_feed (one, epoch, position) values (1, holdfast_new_epoch(), 0);

-- An update that brings no new version (one by a foreign key, or by hand) gets one, so that no ETag outlives its row.
create function holdfast_next_version() returns trigger language plpgsql as $function$
begin
  new._version := nextval('holdfast_version');
  return new;
end $function$;

create function holdfast_refuse_key_change() returns trigger language plpgsql as $function$
begin
  raise exception using errcode = 'integrity_constraint_violation', table = tg_table_name,
    message = format('the key of %I never changes', tg_table_name),
    hint = 'Delete the row and insert another.';
end $function$;

-- Takes our triggers off a table, or off all of them.
create function holdfast_drop_triggers(only_table text) returns void language plpgsql as $function$
declare found record;
begin
  for found in
    select t.tgname, c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where t.tgname like 'holdfast\\_%' and not t.tgisinternal
      and c.relnamespace = current_schema()::regnamespace
      and (only_table is null or c.relname = only_table)
  loop
    execute format('drop trigger %I on %I', found.tgname, found.relname);
  end loop;
end $function$;

-- A truncated table: what was about to be told of it is void, and who follows the log has to read anew. The outbox first, then
-- the feed, in the order in which the relay locks them.
create function holdfast_begin_epoch() returns trigger language plpgsql as $function$
begin
  delete from holdfast_outbox where resource = tg_table_name;
  update holdfast_feed set epoch = holdfast_new_epoch();
  return null;
end $function$`,
  },
  {
    number: 2,
    name: 'limits',
    sql: `
-- Tries that count against a limit, under hashed keys. A row whose time is over is as good as none.
create table holdfast_limit (
  key text collate "C" primary key,
  level double precision not null,
  at timestamp with time zone not null,
  known_until timestamp with time zone,
  expires_at timestamp with time zone not null
);
create index holdfast_limit_expires_at_idx on holdfast_limit (expires_at)`,
  },
])
