import uniPlugin from '@dcloudio/vite-plugin-uni'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

import { withoutForeignHosts } from './scripts/foreign-hosts'

// In a module package the plugin arrives under `default`.
const uni = (uniPlugin as unknown as { default?: () => Plugin[] }).default ?? uniPlugin

export default defineConfig({
  plugins: [uni(), withoutForeignHosts()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    port: 5273,
    proxy: { '/graphql': { target: process.env['RQ_API'] ?? 'http://127.0.0.1:8000', ws: true } },
  },
})
