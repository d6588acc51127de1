/** Which form of a text goes with a count. */

/** Of two forms the one for one, or the one for several. */
export function englishForm(count: number, forms: number): number {
  return count === 1 || forms < 2 ? 0 : 1
}

/** Of three forms that for one, for few (2 to 4, 22 to 24, …), or for many. Polish has the first for one alone, Russian also for 21. */
export function slavicForm(language: 'pl' | 'ru') {
  const rules = new Intl.PluralRules(language)
  return (count: number, forms: number): number => {
    const form = { one: 0, few: 1 }[rules.select(count) as string] ?? 2
    return Math.min(form, forms - 1)
  }
}
