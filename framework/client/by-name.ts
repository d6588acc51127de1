/** Objects whose members are not known here: their names are those that the app has declared. */

/** An object with a member for every name, made when it is first asked for. It is no promise. */
export function byName(make: (name: string) => unknown): Readonly<Record<string, unknown>> {
  const made = new Map<string, unknown>()
  return new Proxy(
    {},
    {
      get(_target, name) {
        if (typeof name === 'symbol' || name === 'then') return undefined
        if (!made.has(name)) made.set(name, make(name))
        return made.get(name)
      },
    },
  )
}
