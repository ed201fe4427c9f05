import 'vuetify/styles/core'
import { createVuetify, type ThemeDefinition } from 'vuetify'
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg'

// The values repeat styles/tokens.css because Vuetify computes with them.
const light: ThemeDefinition = {
  dark: false,
  colors: {
    background: '#f6f7f9',
    surface: '#ffffff',
    primary: '#2f6fed',
    'on-primary': '#ffffff',
    'on-error': '#ffffff',
    secondary: '#565f6e',
    error: '#c02b2b',
    warning: '#8a5a00',
    success: '#1c7542',
    info: '#2f6fed',
  },
}

const dark: ThemeDefinition = {
  dark: true,
  colors: {
    background: '#0f1115',
    surface: '#16181d',
    primary: '#7aa7ff',
    'on-primary': '#0b1426',
    'on-error': '#2a0708',
    secondary: '#a4adbb',
    error: '#ff8f87',
    warning: '#e9b653',
    success: '#6fcf97',
    info: '#7aa7ff',
  },
}

const field = { variant: 'outlined', density: 'compact', hideDetails: 'auto', color: 'primary' } as const

export const vuetify = createVuetify({
  icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
  theme: { defaultTheme: 'light', themes: { light, dark } },
  defaults: {
    VBtn: { variant: 'text', density: 'comfortable', ripple: false },
    VTextField: field,
    VTextarea: field,
    VSelect: { ...field, menuProps: { maxHeight: 360 } },
    VAutocomplete: field,
    VCombobox: field,
    VCheckbox: { density: 'compact', hideDetails: 'auto', color: 'primary' },
    VCheckboxBtn: { density: 'compact', color: 'primary' },
    VSwitch: { density: 'compact', hideDetails: 'auto', color: 'primary', inset: true },
    VRadioGroup: { density: 'compact', hideDetails: 'auto', color: 'primary' },
    VChip: { size: 'small', variant: 'tonal' },
    // A tooltip that nobody has asked for yet would be an empty one to screen readers.
    VTooltip: { openDelay: 300, location: 'bottom', eager: false },
    VMenu: { transition: false },
    VDialog: { transition: false },
    VList: { density: 'compact' },
  },
})
