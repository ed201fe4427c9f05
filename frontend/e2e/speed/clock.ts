import type { Page } from '@playwright/test'

interface Clock {
  frames: number[]
  drawn: Set<number>
  wait(event: string, done: string): void
  elapsed: Promise<number> | null
}

declare global {
  interface Window { clock: Clock }
}

/**
 * A clock inside the page: from the event that the browser got from the mouse or the keyboard to the frame after the one in
 * which a condition holds, when its pixels are on the screen. Also the frames of a time, and in which of them a canvas was painted.
 */
export async function clockIn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const clock: Clock = {
      frames: [],
      drawn: new Set(),
      elapsed: null,
      wait(event, done) {
        const holds = new Function(`return (${done})`) as () => boolean
        clock.elapsed = new Promise((resolve, reject) => {
          setTimeout(() => reject(new Error(`after a minute it is not so: ${done}`)), 60_000)
          const began = (e: Event): void => {
            window.removeEventListener(event, began, true)
            let since = 0
            const look = (): void => {
              const now = performance.now()
              if (!holds()) since = 0
              else if (since === 0) since = now
              // What holds for a moment only, before the page begins to ask for more, is not it.
              else if (now - since > 200) return resolve(clock.frames.find((t) => t > since)! - e.timeStamp)
              requestAnimationFrame(look)
            }
            requestAnimationFrame(look)
          }
          window.addEventListener(event, began, true)
        })
      },
    }
    window.clock = clock
    const frame = (now: number): void => {
      clock.frames.push(now)
      if (clock.frames.length > 10_000) clock.frames.splice(0, 5_000)
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    for (const method of ['putImageData', 'drawImage'] as const) {
      const before = CanvasRenderingContext2D.prototype[method] as (...args: unknown[]) => void
      CanvasRenderingContext2D.prototype[method] = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
        clock.drawn.add(clock.frames.length)
        before.apply(this, args)
      } as never
    }
  })
}

/** ms from the event that `act` causes until `done`, an expression of the page, holds and is painted. */
export async function timed(page: Page, event: string, act: () => Promise<unknown>, done: string): Promise<number> {
  await page.evaluate(([e, d]) => window.clock.wait(e, d), [event, done] as const)
  await act()
  return page.evaluate(() => window.clock.elapsed as Promise<number>)
}

/** Frames per second while `act` goes on, ms between frames (median, 99 of 100), and how many frames a second painted a canvas. */
export async function frames(page: Page, act: () => Promise<unknown>): Promise<{ perSecond: number; painted: number; median: number; p99: number }> {
  await page.evaluate(() => { window.clock.frames.length = 0; window.clock.drawn.clear() })
  await act()
  return page.evaluate(() => {
    const { frames, drawn } = window.clock
    const gaps = frames.slice(1).map((t, i) => t - frames[i]!).sort((a, b) => a - b)
    const seconds = (frames.at(-1)! - frames[0]!) / 1000
    const at = (share: number): number => gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))] ?? 0
    return { perSecond: gaps.length / seconds, painted: drawn.size / seconds, median: at(0.5), p99: at(0.99) }
  })
}

/** Every widget of the page shows what it is asked for. */
export const allReady = `[...document.querySelectorAll('[data-testid^="widget-"][data-status]')].every((w) => w.dataset.status === 'ready' && w.getAttribute('aria-busy') === 'false' && w.querySelector('canvas'))`
