import { h, mergeProps, type FunctionalComponent } from 'vue'

/**
 * The browser's own controls, for H5 only. In a template uni turns `button`, `input`, `textarea`
 * and `label` into elements of its own that no keyboard and no screen reader can use.
 */
function native(tag: string): FunctionalComponent {
  const component: FunctionalComponent = (_, { attrs, slots }) =>
    h(tag, mergeProps({ class: `native-${tag}` }, attrs), slots['default']?.())
  component.inheritAttrs = false
  return component
}

export const NativeButton = native('button')
export const NativeInput = native('input')
export const NativeTextarea = native('textarea')
export const NativeLabel = native('label')
