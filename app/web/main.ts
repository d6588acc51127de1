/** Starts the page. */
import { createApp } from 'vue'
import App from './App.vue'
import { createPage, PAGE_KEY } from './state/page.ts'
import { createSettings } from './state/settings.ts'
import { createTexts } from './state/texts.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/list.css'
import './styles/thread.css'
import './styles/panels.css'

const settings = createSettings()
const texts = await createTexts(settings)
createApp(App).use(texts).provide(PAGE_KEY, createPage(settings, texts)).mount('#app')
