import { createPinia } from 'pinia'
import { createSSRApp } from 'vue'

import App from './App.vue'

/** uni's entry: one app, one store. */
export function createApp() {
  const app = createSSRApp(App)
  app.use(createPinia())
  return { app }
}
