/// <reference types="vite/client" />

import 'vue-router'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shown in the tab. */
    title?: string
    /** Without app bar, and open to people who are not signed in. */
    bare?: boolean
    /** With app bar, and open to everyone. */
    open?: boolean
  }
}
