import uniPlugin from '@dcloudio/vite-plugin-uni'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

import { withoutForeignHosts } from './scripts/foreign-hosts'

// In a module package the plugin arrives under `default`.
const uni = (uniPlugin as unknown as { default?: () => Plugin[] }).default ?? uniPlugin

// The whole H5 client is some 160 kB on the wire: in one piece every page opens at once, and also
// after the network is gone. A mini program is cut into its pages by uni itself.
const inOnePiece = {
  rollupOptions: { output: { inlineDynamicImports: true } },
  cssCodeSplit: false,
}

export default defineConfig({
  plugins: [uni(), withoutForeignHosts()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: process.env['UNI_PLATFORM'] === 'h5' ? inOnePiece : {},
  server: {
    port: 5273,
    proxy: { '/graphql': { target: process.env['RQ_API'] ?? 'http://127.0.0.1:8000', ws: true } },
  },
})
