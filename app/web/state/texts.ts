/** The texts of the page in the language that is chosen; those of other languages are loaded when they are. */
import { watch } from 'vue'
import { createI18n, type I18n } from 'vue-i18n'
import { en, type Texts } from '../locales/en.ts'
import { englishForm, slavicForm } from '../locales/plural.ts'
import type { Language, Settings } from './settings.ts'

const LOADERS: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => en,
  pl: async () => (await import('../locales/pl.ts')).pl,
  ru: async () => (await import('../locales/ru.ts')).ru,
}

/** Makes the texts, and follows the choice of the language. */
export async function createTexts(settings: Settings): Promise<I18n> {
  const i18n = createI18n({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: { en },
    pluralRules: { en: englishForm, pl: slavicForm('pl'), ru: slavicForm('ru') },
  })
  const { global } = i18n
  async function follow(language: Language): Promise<void> {
    global.setLocaleMessage(language as 'en', await LOADERS[language]())
    if (settings.language !== language) return
    global.locale.value = language as 'en'
    document.documentElement.lang = language
  }
  await follow(settings.language)
  watch(
    () => settings.language,
    (language) => void follow(language),
  )
  return i18n as unknown as I18n // of which only the plugin is used
}
