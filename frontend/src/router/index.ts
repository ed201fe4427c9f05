import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import { useAuth } from '@/stores/auth'

const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('@/views/LoginView.vue'), meta: { bare: true, title: 'Sign in' } },
  { path: '/register', name: 'register', component: () => import('@/views/RegisterView.vue'), meta: { bare: true, title: 'Create an account' } },
  { path: '/confirm', name: 'confirm', component: () => import('@/views/ConfirmView.vue'), meta: { bare: true, title: 'Confirm your e-mail address' } },
  { path: '/reset', name: 'reset', component: () => import('@/views/ResetView.vue'), meta: { bare: true, title: 'Set a new password' } },
  { path: '/s/:token', name: 'shared', component: () => import('@/views/SharedView.vue'), props: true, meta: { bare: true, title: 'Shared session' } },
  { path: '/', name: 'home', component: () => import('@/views/HomeView.vue'), meta: { title: 'Start' } },
  { path: '/datasets', redirect: '/datasets/regions' },
  { path: '/datasets/regions', name: 'regions', component: () => import('@/views/DatasetsView.vue'), props: { group: 'regions' }, meta: { title: 'Region sets' } },
  { path: '/datasets/features', name: 'features', component: () => import('@/views/DatasetsView.vue'), props: { group: 'features' }, meta: { title: 'Features' } },
  { path: '/datasets/:id(\\d+)', name: 'dataset', component: () => import('@/views/DatasetView.vue'), props: (r) => ({ id: Number(r.params.id) }), meta: { title: 'Dataset' } },
  { path: '/collections', name: 'collections', component: () => import('@/views/CollectionsView.vue'), meta: { title: 'Collections' } },
  { path: '/collections/:id(\\d+)', name: 'collection', component: () => import('@/views/CollectionView.vue'), props: (r) => ({ id: Number(r.params.id) }), meta: { title: 'Collection' } },
  { path: '/upload', name: 'upload', component: () => import('@/views/UploadView.vue'), meta: { title: 'Upload' } },
  { path: '/admin/repositories', name: 'admin-repositories', component: () => import('@/views/admin/RepositoriesView.vue'), meta: { title: 'Repositories and space' } },
  { path: '/assemblies', name: 'assemblies', component: () => import('@/views/AssembliesView.vue'), meta: { title: 'Assemblies' } },
  { path: '/assemblies/:id(\\d+)', name: 'assembly', component: () => import('@/views/AssemblyView.vue'), props: (r) => ({ id: Number(r.params.id) }), meta: { title: 'Assembly' } },
  { path: '/trash', name: 'trash', component: () => import('@/views/TrashView.vue'), meta: { title: 'Trash' } },
  { path: '/notifications', name: 'notifications', component: () => import('@/views/NotificationsView.vue'), meta: { title: 'Notifications' } },
  { path: '/preprocess', name: 'preprocess', component: () => import('@/views/PreprocessView.vue'), meta: { title: 'Preprocess' } },
  { path: '/runs', name: 'runs', component: () => import('@/views/RunsView.vue'), meta: { title: 'Runs' } },
  { path: '/compare/:session(\\d+)?', name: 'compare', component: () => import('@/views/compare/CompareView.vue'), props: (r) => ({ session: r.params.session ? Number(r.params.session) : undefined }), meta: { title: 'Compare' } },
  { path: '/locus', name: 'locus', component: () => import('@/views/LocusView.vue'), meta: { title: 'Locus' } },
  { path: '/main', redirect: '/compare' },
  { path: '/main/compare', redirect: '/compare' },
  { path: '/sessions', name: 'sessions', component: () => import('@/views/SessionsView.vue'), meta: { title: 'Sessions' } },
  { path: '/account', name: 'account', component: () => import('@/views/AccountView.vue'), meta: { title: 'Account' } },
  { path: '/admin', redirect: '/admin/queues' },
  { path: '/admin/queues', name: 'admin-queues', component: () => import('@/views/admin/QueuesView.vue'), meta: { title: 'Queues' } },
  { path: '/admin/pipelines', name: 'admin-pipelines', component: () => import('@/views/admin/PipelinesView.vue'), meta: { title: 'Pipelines' } },
  { path: '/admin/runs', name: 'admin-runs', component: () => import('@/views/admin/AllRunsView.vue'), meta: { title: 'Runs of everybody' } },
  { path: '/admin/workers', name: 'admin-workers', component: () => import('@/views/admin/WorkersView.vue'), meta: { title: 'Workers' } },
  { path: '/admin/changes', name: 'admin-changes', component: () => import('@/views/admin/ChangesView.vue'), meta: { title: 'Audit log' } },
  { path: '/admin/storage', name: 'admin-storage', component: () => import('@/views/admin/StorageView.vue'), meta: { title: 'Storage' } },
  { path: '/admin/health', name: 'admin-health', component: () => import('@/views/admin/HealthView.vue'), meta: { title: 'Health' } },
  { path: '/admin/users', name: 'admin-users', component: () => import('@/views/admin/UsersView.vue'), meta: { title: 'Accounts' } },
  { path: '/help', name: 'help', component: () => import('@/views/HelpView.vue'), meta: { title: 'Help' } },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('@/views/NotFoundView.vue'), meta: { title: 'Page not found' } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, _from, saved) => saved ?? (document.getElementById(to.hash.slice(1)) ? { el: to.hash, top: 60 } : { top: 0 }),
})

router.beforeEach(async (to) => {
  const auth = useAuth()
  await auth.boot()
  if (to.meta.bare) {
    return auth.user && !auth.user.showcase && (to.name === 'login' || to.name === 'register') ? safeTarget(to.query.to) : true
  }
  if (!auth.user && !to.meta.open) {
    return { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  }
  return true
})

router.afterEach((to) => {
  document.title = to.meta.title ? `${to.meta.title} · Regioscope` : 'Regioscope'
})

/** The page somebody wanted before signing in; never another site. */
export function safeTarget(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : '/'
}
