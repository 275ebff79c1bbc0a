import type { Plugin } from 'vite'

const remoteFontFace = /@font-face\s*\{[^}]*url\(\s*['"]?(?:https?:)?\/\/[^}]*\}/g
const remoteImage = /url\(\s*['"]?(?:https?:)?\/\/[^)]*\)/g

/** Removes every font and picture of another host from a style sheet. */
export function ownHostOnly(styleSheet: string): string {
  return styleSheet.replace(remoteFontFace, '').replace(remoteImage, 'none')
}

/**
 * uni and wot-design-uni bring style sheets that ask foreign hosts for a font and a shadow; the
 * page must be whole on its own origin, so both are taken out of what is built.
 */
export function withoutForeignHosts(): Plugin {
  return {
    name: 'without-foreign-hosts',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const [name, item] of Object.entries(bundle)) {
          if (item.type === 'asset' && /\.(css|wxss)$/.test(name)) {
            item.source = ownHostOnly(String(item.source))
          }
        }
      },
    },
  }
}
