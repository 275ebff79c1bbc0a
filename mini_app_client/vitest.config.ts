import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

import { forTarget } from './tests/doubles/target'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const tagsOfUni = /^(view|text|picker|wd-.*)$/

// uni's own Vite plugin builds whole apps and cannot serve single files, so the tests compile the
// same sources with Vue's plugin, for H5: the target that has a DOM.
export default defineConfig({
  plugins: [
    forTarget('h5'),
    vue({ template: { compilerOptions: { isCustomElement: (tag) => tagsOfUni.test(tag) } } }),
  ],
  resolve: {
    alias: { '@dcloudio/uni-app': here('./tests/doubles/uni-app.ts'), '@': here('./src') },
  },
  test: {
    environment: 'happy-dom',
    // One DOM for all files: making one for each takes longer than the tests; setup clears it.
    isolate: false,
    pool: 'threads',
    setupFiles: ['./tests/setup.ts'],
    include: ['tests/**/*.test.ts'],
    restoreMocks: true,
    unstubGlobals: true,
    css: false,
  },
})
