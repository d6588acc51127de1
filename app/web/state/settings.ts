/** What a person has chosen for this browser: theme, language, sound, the count in the title. */
import { reactive, watch } from 'vue'

/** The languages of the page. */
export const LANGUAGES = ['en', 'pl', 'ru'] as const
/** One of them. */
export type Language = (typeof LANGUAGES)[number]
/** The themes. */
export const THEMES = ['system', 'light', 'dark'] as const
/** One of them. */
export type Theme = (typeof THEMES)[number]

/** The choices; each change is kept. */
export interface Settings {
  theme: Theme
  language: Language
  hasSound: boolean
  /** Unread messages are counted in the title of the tab. */
  hasBadge: boolean
}

const PLACE = 'holdfast settings'

/** Takes up the choices that are kept; the language is the browser's until it is chosen. */
export function createSettings(): Settings {
  const kept = readKept()
  const settings = reactive<Settings>({
    theme: THEMES.find((theme) => theme === kept['theme']) ?? 'system',
    language: LANGUAGES.find((one) => one === kept['language']) ?? browserLanguage(),
    hasSound: kept['hasSound'] !== false,
    hasBadge: kept['hasBadge'] !== false,
  })
  watch(settings, (now) => localStorage.setItem(PLACE, JSON.stringify(now)))
  watch(
    () => settings.theme,
    (theme) => {
      document.documentElement.dataset['theme'] = theme
    },
    { immediate: true },
  )
  return settings
}

function readKept(): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Record<string, unknown>
  } catch {
    return {}
  }
}

function browserLanguage(): Language {
  const own = navigator.languages.map((tag) => tag.split('-')[0])
  return own.flatMap((tag) => LANGUAGES.filter((one) => one === tag))[0] ?? 'en'
}
