/** Which of the named schemas a document needs. */

/** Schemas by name, as documents keep them under `components`. */
export type NamedSchemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The schemas that something refers to by `#/components/schemas/…`, or that are referred to by those; in the order of `schemas`. */
export function referredSchemas(schemas: NamedSchemas, roots: unknown): NamedSchemas {
  const referred = new Set<string>()
  const follow = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (referred.has(name)) continue
      referred.add(name)
      if (schemas[name] !== undefined) follow(schemas[name])
    }
  }
  follow(roots)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => referred.has(name)))
}
