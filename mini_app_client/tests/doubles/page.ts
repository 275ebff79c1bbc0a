import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import type { Component } from 'vue'

const onScreen: VueWrapper[] = []

/** Put a component on the screen; setup takes it away after the test. */
export function show(
  component: Component,
  props: Record<string, unknown> = {},
  slots: Record<string, string> = {},
): VueWrapper {
  const wrapper = mount(component, { props, slots, attachTo: document.body })
  onScreen.push(wrapper)
  return wrapper
}

/** Everything leaves the screen. */
export function clearScreen(): void {
  for (const wrapper of onScreen.splice(0)) wrapper.unmount()
}

/** What a person reads: the texts, one space between two, without what is hidden from sight. */
export function seen(wrapper: { element: Element }): string {
  const copy = wrapper.element.cloneNode(true) as Element
  for (const hidden of copy.querySelectorAll('.visually-hidden')) hidden.remove()
  return words(copy)
}

/** What a screen reader reads out: the texts without what is marked as decoration. */
export function heard(wrapper: { element: Element }): string {
  const copy = wrapper.element.cloneNode(true) as Element
  for (const decoration of copy.querySelectorAll('[aria-hidden="true"]')) decoration.remove()
  return words(copy)
}

/** The texts of an element, one space between two. */
function words(element: Element): string {
  const texts: string[] = []
  const walk = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) texts.push((node.textContent ?? '').trim())
    node.childNodes.forEach(walk)
  }
  walk(element)
  return texts.filter(Boolean).join(' ').replace(/\s+/g, ' ')
}

/** The control that a label names, the way a person finds it. */
export function control(wrapper: VueWrapper, label: string): HTMLInputElement {
  const named = wrapper
    .findAll('label')
    .find(({ element }) => words(element).replace('（选填）', '').startsWith(label))
  if (!named) throw new Error(`no field is called ${label}`)
  const id = named.attributes('for')
  const found = id
    ? wrapper.element.querySelector(`[id="${id}"]`)
    : named.element.querySelector('input')
  if (!found) throw new Error(`the label ${label} names no control`)
  return found as HTMLInputElement
}

/** Type into, choose in, or tick the control that a label names. */
export async function fill(wrapper: VueWrapper, label: string, value?: string): Promise<void> {
  const element = control(wrapper, label)
  if (value === undefined) {
    element.checked = element.type === 'radio' || !element.checked
    element.dispatchEvent(new Event('change', { bubbles: true }))
  } else {
    element.value = value
    const event = element.tagName === 'SELECT' ? 'change' : 'input'
    element.dispatchEvent(new Event(event, { bubbles: true }))
  }
  await flushPromises()
}

/** Press the button that says so. */
export async function press(wrapper: VueWrapper, text: string): Promise<void> {
  const button = wrapper
    .findAll('button')
    .find((one) => words(one.element) === text || one.attributes('aria-label') === text)
  if (!button) throw new Error(`no button says ${text}`)
  await button.trigger('click')
  await flushPromises()
}

/** The complaint that belongs to a control, by what the control says describes it. */
export function complaintOf(wrapper: VueWrapper, label: string): string {
  const element = control(wrapper, label)
  const described =
    element.getAttribute('aria-describedby') ??
    element.closest('fieldset')?.getAttribute('aria-describedby') ??
    ''
  return described
    .split(' ')
    .filter((id) => id.endsWith('-problem'))
    .map((id) => wrapper.element.querySelector(`[id="${id}"]`))
    .map((problem) => (problem ? words(problem) : 'described by nothing'))
    .join(' ')
}
