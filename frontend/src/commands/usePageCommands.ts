import { router } from '@/router'
import { useAuth } from '@/stores/auth'
import { useTheme, type ThemeChoice } from '@/stores/theme'

import { FIGURE_KEYS } from './figureKeys'
import { useCommandList, useCommands, type Command } from './registry'

const PAGES: [title: string, path: string, words: string][] = [
  ['Start', '/', 'home'], ['Region sets', '/datasets/regions', 'datasets bed bedpe'], ['Features', '/datasets/features', 'datasets tracks maps bigwig mcool'], ['Collections', '/collections', 'datasets'],
  ['Upload', '/upload', 'add data files import'], ['Assemblies', '/assemblies', 'genomes genes'], ['Preprocess', '/preprocess', 'compute'], ['Runs', '/runs', 'queue jobs'], ['Compare', '/compare', 'workspace panels'],
  ['Sessions', '/sessions', 'saved'], ['Locus', '/locus', 'genome browser place gene'], ['Notifications', '/notifications', 'bell'], ['Trash', '/trash', 'deleted restore'], ['Account', '/account', 'settings password tokens colours'], ['Help', '/help', 'guide glossary'],
]
const ADMIN: [title: string, path: string, words: string][] = [
  ['Queues', '/admin/queues', ''], ['Pipelines', '/admin/pipelines', ''], ['Runs of everybody', '/admin/runs', ''], ['Workers', '/admin/workers', ''], ['Accounts', '/admin/users', 'users'], ['Storage', '/admin/storage', ''],
  ['Repositories and space', '/admin/repositories', ''], ['Audit log', '/admin/changes', ''], ['Health', '/admin/health', ''],
]
const THEMES: [ThemeChoice, string][] = [['light', 'Theme: light'], ['dark', 'Theme: dark'], ['system', 'Theme: as the system']]

/** What can be done on every page. */
export function usePageCommands(): void {
  const auth = useAuth()
  const theme = useTheme()
  const commands = useCommands()
  const page = (group: string) => ([title, path, words]: [string, string, string]): Command => ({ id: `go:${path}`, group, title: `Go to ${title}`, words, run: () => void router.push(path) })
  useCommandList(() => [
    { id: 'palette', group: 'Everywhere', title: 'Find a page, dataset, session, gene or action', keys: ['Ctrl+K'], run: () => (commands.palette = true), over: true },
    { id: 'shortcuts', group: 'Everywhere', title: 'Keyboard shortcuts', keys: ['?'], words: 'keys help', run: () => (commands.sheet = true), over: true },
    ...PAGES.map(page('Pages')),
    ...(auth.user?.role === 'admin' ? ADMIN.map(page('Administration')) : []),
    ...THEMES.map(([choice, title]): Command => ({ id: `theme:${choice}`, group: 'Everywhere', title, words: 'colours night day', blocked: () => (theme.choice === choice ? 'This is the theme.' : ''), run: () => theme.set(choice) })),
    { id: 'sign-out', group: 'Everywhere', title: 'Sign out', blocked: () => (auth.user?.showcase ? 'You came by a link.' : ''), run: () => void auth.logout() },
    ...FIGURE_KEYS,
  ])
}
