import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { keepClicks } from './steadyClick'

let end = (): void => undefined
let button: HTMLButtonElement
let form: HTMLElement
const pressed = vi.fn()
/** Where the button stands, in px from the top. */
let top = 100

beforeEach(() => {
  document.body.innerHTML = '<form><input><button type="button">Save</button></form>'
  button = document.querySelector('button')!
  form = document.querySelector('form')!
  button.getBoundingClientRect = () => ({ top, left: 0 }) as DOMRect
  pressed.mockReset()
  button.addEventListener('click', pressed)
  top = 100
  end = keepClicks(document)
})
afterEach(() => end())

const down = (on: Element, at: object = {}) => on.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0, isPrimary: true, clientX: 10, clientY: 110, ...at }))
const up = (on: Element, at: object = {}) => on.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, clientX: 10, clientY: 110, ...at }))

it('gives the click to the button that moved away from under the mouse', () => {
  down(button)
  top = 140
  up(form)
  expect(pressed).toHaveBeenCalledOnce()
})

it('leaves an ordinary click alone', () => {
  down(button)
  top = 140
  up(button)
  expect(pressed).toHaveBeenCalledOnce()
})

it('presses nothing that stayed, was left with the mouse, is gone, or was not pressed first', () => {
  down(button)
  up(form)
  down(button)
  top = 140
  up(form, { clientX: 60 })
  up(form)
  down(button, { button: 2 })
  up(form)
  down(form)
  up(form)
  down(button)
  top = 180
  button.remove()
  up(form)
  expect(pressed).not.toHaveBeenCalled()
})

it('keeps the click from what lies where the button was', () => {
  const outer = vi.fn()
  form.addEventListener('click', outer)
  button.addEventListener('click', (e) => e.stopPropagation())
  down(button)
  top = 140
  up(form)
  expect(outer).not.toHaveBeenCalled()
})
