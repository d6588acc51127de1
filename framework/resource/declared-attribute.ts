/** What a developer may write as an attribute, and what it is once declared. Types only. */
import type { Static, TSchema } from 'typebox'
import type { Attribute } from './attribute.ts'

/** What a developer may write as an attribute: one made with our functions, or a bare TypeBox schema. */
export type DeclaredAttribute = Attribute | (TSchema & object)

/** Attributes by name. */
export type DeclaredAttributes = Readonly<Record<string, DeclaredAttribute>>

/** What a declared attribute is once declared: a bare schema is required on create and free to change. */
export type AttributeOf<D extends DeclaredAttribute> =
  D extends Attribute<infer T, infer C, infer U, infer R>
    ? Attribute<T, C, U, R>
    : Attribute<SchemaValue<D>, 'required', true, true>

/** `Static<TSchema>` walks every kind of schema (1.3 million instantiations), so the general case stays unknown. */
export type SchemaValue<D> = D extends TSchema ? (TSchema extends D ? unknown : Static<D>) : never
