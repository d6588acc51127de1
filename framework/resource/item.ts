/** The types of items and inputs, inferred from declarations. Types only. */
import type { Attribute, CreateMode } from './attribute.ts'
import type { DeclaredAttributes, SchemaValue } from './declared-attribute.ts'
import type { BelongsTo, HasLink, Link, ManyToMany } from './link.ts'
import type { Resource } from './resource.ts'

type ValueOf<D> = D extends Attribute<infer T> ? T : SchemaValue<D>
type CreateOf<D> = D extends Attribute<unknown, infer C> ? C : 'required'
type UpdateOf<D> = D extends Attribute<unknown, CreateMode, infer U> ? U : true
type ReadOf<D> = D extends Attribute<unknown, CreateMode, boolean, infer R> ? R : true

/** The attributes as they were written. */
export type AttributesOf<R extends Resource> = R extends Resource<string, infer A> ? A : never

/** The links as they were written. */
export type LinksIn<R extends Resource> =
  R extends Resource<string, DeclaredAttributes, infer L> ? L : never

type Flat<T> = { [K in keyof T]: T[K] }

/** A row as callers see it: every attribute but the secret ones. */
export type Item<R extends Resource> = ItemOf<AttributesOf<R>>
type ItemOf<A> = { readonly [K in keyof A as ReadOf<A[K]> extends true ? K : never]: ValueOf<A[K]> }

/** What a create takes: nothing generated, defaulted ones optional. */
export type CreateInput<R extends Resource> = CreateInputOf<AttributesOf<R>>
type CreateInputOf<A> = Flat<
  { readonly [K in keyof A as CreateOf<A[K]> extends 'required' ? K : never]: ValueOf<A[K]> } & {
    readonly [K in keyof A as CreateOf<A[K]> extends 'optional' ? K : never]?: ValueOf<A[K]>
  }
>

/** What an update takes: only what may change; what is absent stays. */
export type UpdateInput<R extends Resource> = UpdateInputOf<AttributesOf<R>>
type UpdateInputOf<A> = {
  readonly [K in keyof A as UpdateOf<A[K]> extends true ? K : never]?: ValueOf<A[K]>
}

/** What the app's own code may set besides: server-set and secret attributes. */
export type ServerSetInput<R extends Resource> = ServerSetInputOf<AttributesOf<R>>
type ServerSetInputOf<A> = {
  readonly [K in keyof A as CreateOf<A[K]> extends 'never' ? K : never]?: ValueOf<A[K]>
}

/** The secret attributes of a row. */
export type Secrets<R extends Resource> = SecretsOf<AttributesOf<R>>
type SecretsOf<A> = {
  readonly [K in keyof A as ReadOf<A[K]> extends false ? K : never]: ValueOf<A[K]>
}

/** Names of the readable attributes. */
export type AttributeName<R extends Resource> = Extract<keyof Item<R>, string>

/** Names of the links. */
export type LinkName<R extends Resource> = Extract<keyof LinksIn<R>, string>

/** Resources by name, as `resources()` gathers them. */
export type ResourceMap = Readonly<Record<string, Resource>>

/** The resource that a link leads to. */
export type TargetOf<M extends ResourceMap, L> = L extends {
  readonly target: infer T extends string
}
  ? T extends keyof M
    ? M[T]
    : never
  : never

/** Whether a link leads to at most one row, to many, or to a number. */
export type LinkShape<L extends Link> = L extends BelongsTo
  ? 'one'
  : L extends HasLink<infer K>
    ? K extends 'hasOne'
      ? 'one'
      : K extends 'hasCount'
        ? 'count'
        : 'many'
    : L extends ManyToMany
      ? 'many'
      : never
