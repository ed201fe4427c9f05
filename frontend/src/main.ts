import '@fontsource-variable/inter'
import './styles/tokens.css'
import './styles/base.css'

import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './App.vue'
import { keepClicks } from './lib/steadyClick'
import { vuetify } from './plugins/vuetify'
import { router } from './router'
import './styles/vuetify.css'

keepClicks(document)
createApp(App).use(createPinia()).use(router).use(vuetify).mount('#app')
