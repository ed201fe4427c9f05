import { describe, expect, it } from 'vitest'

import { fuzzy, ranked } from './fuzzy'
import { focusedWidget, pressed, shownKeys, type Command } from './registry'
import { nearFirst } from './usePaletteEntries'

const key = (k: string, more: object = {}) => ({ key: k, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })

describe('5.11 shortcuts', () => {
  it('tells the keys of a keyboard apart', () => {
    expect(pressed(key('z', { ctrlKey: true }), 'Ctrl+Z')).toBe(true)
    expect(pressed(key('z', { metaKey: true }), 'Ctrl+Z')).toBe(true)
    expect(pressed(key('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Z')).toBe(false)
    expect(pressed(key('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+Z')).toBe(true)
    expect(pressed(key('z'), 'Ctrl+Z')).toBe(false)
    expect(pressed(key('?', { shiftKey: true }), '?')).toBe(true)
    expect(pressed(key('+'), '+')).toBe(true)
    expect(pressed(key('+', { shiftKey: true }), '+')).toBe(true)
    expect(pressed(key('n', { altKey: true }), 'N')).toBe(false)
  })
  it('shows them as they are printed', () => {
    expect(shownKeys('Ctrl+Shift+Z', false)).toEqual(['Ctrl', 'Shift', 'Z'])
    expect(shownKeys('Ctrl+Z', true)).toEqual(['⌘', 'Z'])
    expect(shownKeys('+', false)).toEqual(['+'])
  })
})

describe('5.11 the widget in focus', () => {
  const of = (widget: string | undefined, title: string): Command => ({ id: `${widget}:${title}`, group: 'g', title, widget, run: () => undefined })
  const list = [of(undefined, 'Undo'), of('a', 'Duplicate 2D average'), of('b', 'Duplicate stackup'), of(undefined, 'Duplicate the panel')]
  it('its commands come first, also among those that fit a query equally well', () => {
    expect(nearFirst(list, 'b').map((c) => c.title)).toEqual(['Duplicate stackup', 'Undo', 'Duplicate 2D average', 'Duplicate the panel'])
    expect(ranked('duplicate', nearFirst(list, 'b'), (c) => c.title)[0].title).toBe('Duplicate stackup')
    expect(nearFirst(list, '')).toEqual(list)
  })
  it('is the one that the focus is in', () => {
    document.body.innerHTML = '<div data-widget="w7"><canvas tabindex="0"></canvas></div><button>elsewhere</button>'
    document.querySelector('canvas')?.focus()
    expect(focusedWidget()).toBe('w7')
    document.querySelector('button')?.focus()
    expect(focusedWidget()).toBe('')
  })
})

describe('5.11 the fuzzy filter', () => {
  it('finds beginnings of words first, then parts, then letters in their order', () => {
    const list = ['Export this panel', 'Add a panel', 'Panel: fold', 'Planet']
    expect(ranked('pan', list, (x) => x)).toEqual(['Panel: fold', 'Export this panel', 'Add a panel', 'Planet'])
    expect(ranked('addp', list, (x) => x)).toEqual(['Add a panel'])
    expect(ranked('', list, (x) => x)).toEqual(list)
  })
  it('needs every word and does not find what is not there', () => {
    expect(fuzzy('add panel', 'Add a panel')).toBeGreaterThan(0)
    expect(fuzzy('add widget', 'Add a panel')).toBe(0)
    expect(fuzzy('xyz', 'Add a panel')).toBe(0)
  })
})
