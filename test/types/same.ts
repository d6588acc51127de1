/** Proves that two types are one and the same, at compile time; nothing of it runs. */

/** `true` when `A` and `B` are identical (not merely assignable to one another), else `false`. */
export type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles as `same<A, B>(true)` only where the types are identical, as `same<A, B>(false)` only where they differ. */
export function same<A, B>(_expected: Same<A, B>): void {}
