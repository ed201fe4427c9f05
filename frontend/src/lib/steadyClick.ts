const PRESSABLE = 'button, a[href], label, summary, [role="button"], [role="radio"], [role="option"], [role="menuitem"], [role="tab"]'
/** How far a hand may shake within one click, in px. */
const STILL = 6

interface Press {
  on: HTMLElement
  x: number
  y: number
  top: number
  left: number
}

/**
 * A press on a button is a click on it, also where the button moves away from under a mouse that does not. Leaving a field may
 * draw a complaint, or turn what was typed into a chip: the page below it then shifts between press and release, and the browser
 * gives the click to whatever holds both. Gives a function that ends it.
 */
export function keepClicks(page: Document): () => void {
  let press: Press | null = null

  function down(e: PointerEvent): void {
    press = null
    const on = e.button === 0 && e.isPrimary !== false && e.target instanceof Element ? e.target.closest<HTMLElement>(PRESSABLE) : null
    if (!on) return
    const { top, left } = on.getBoundingClientRect()
    press = { on, x: e.clientX, y: e.clientY, top, left }
  }

  function click(e: MouseEvent): void {
    const p = press
    press = null
    if (!p || !p.on.isConnected || (e.target instanceof Node && p.on.contains(e.target))) return
    if (Math.abs(e.clientX - p.x) > STILL || Math.abs(e.clientY - p.y) > STILL) return // a drag, or a change of mind
    const { top, left } = p.on.getBoundingClientRect()
    if (top === p.top && left === p.left) return
    e.stopPropagation()
    e.preventDefault()
    p.on.click()
  }

  page.addEventListener('pointerdown', down, true)
  page.addEventListener('click', click, true)
  return () => {
    page.removeEventListener('pointerdown', down, true)
    page.removeEventListener('click', click, true)
  }
}
