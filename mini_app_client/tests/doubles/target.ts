import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const require = createRequire(import.meta.url)

interface Preprocessor {
  initPreContext(platform: string): void
  preJs(source: string): string
  preHtml(source: string): string
}

/** Compiles our sources for one target: uni's own preprocessor takes what is for others out. */
export function forTarget(platform: 'h5' | 'mp-weixin'): Plugin {
  const uni = require('@dcloudio/uni-cli-shared') as Preprocessor
  uni.initPreContext(platform)
  return {
    name: 'for-target',
    enforce: 'pre',
    transform(source, id) {
      if (!source.includes('#if') || id.includes('/node_modules/')) return null
      const script = uni.preJs(source)
      return { code: id.endsWith('.vue') ? uni.preHtml(script) : script, map: null }
    },
  }
}
