/** Calls about one's own account, about getting in, and about the accounts of others (for administrators). */
import { authorised, client, take } from './client'
import { errorOf, ApiError, NETWORK_MESSAGE } from './errors'
import type {
  ApiToken, Invitation, InvitationWish, LeavingCount, NewInvitation, NewToken, Preferences, Registration, Secret, SignInRow, SignUpRules, TokenWish, User, UserPatch, UserUse,
} from './schema.gen'
import { API } from './token'

export type { ApiToken, Invitation, InvitationWish, LeavingCount, NewInvitation, NewToken, Preferences, Registration, SignInRow, SignUpRules, TokenWish, UserUse }

/** Calls of people who are not signed in: they carry no token, and none is asked for. */
async function open(path: string, body?: unknown): Promise<Response> {
  let res: Response
  try {
    res = await fetch(`${API}/auth/${path}`, body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  } catch {
    throw new ApiError('network', NETWORK_MESSAGE)
  }
  if (!res.ok) throw await errorOf(res)
  return res
}

export const entry = {
  rules: async (): Promise<SignUpRules> => (await open('rules')).json() as Promise<SignUpRules>,
  confirm: (token: string) => open('confirm', { token }),
  resend: (username: string, password: string) => open('resend', { username, password }),
  forgotten: (login: string) => open('forgotten', { login }),
  reset: (token: string, password: string) => open('reset', { token, password }),
}

export const account = {
  password: (current: string, password: string) => take(client.PUT('/account/password', { body: { current, password } })),
  email: (current: string, email: string) => take(client.PUT('/account/email', { body: { current, email } })),
  tokens: async (): Promise<ApiToken[]> => (await take(client.GET('/account/tokens'))).items,
  createToken: (body: TokenWish): Promise<NewToken> => take(client.POST('/account/tokens', { body })),
  deleteToken: (id: number) => take(client.DELETE('/account/tokens/{id}', { params: { path: { id } } })),
  signIns: async (): Promise<SignInRow[]> => (await take(client.GET('/account/sign-ins'))).items,
  endSignIn: (id: number) => take(client.DELETE('/account/sign-ins/{id}', { params: { path: { id } } })),
  endSignIns: (keep: boolean) => take(client.DELETE('/account/sign-ins', { params: { query: { keep } } })),
  preferences: (): Promise<Preferences> => take(client.GET('/account/preferences')),
  setPreferences: (body: Preferences): Promise<Preferences> => take(client.PUT('/account/preferences', { body })),
  leaving: (): Promise<LeavingCount> => take(client.GET('/account/leaving')),
  export: (): Promise<Response> => authorised('/account/export'),
  leave: (confirm: string, current: string) => take(client.POST('/account/delete', { body: { confirm, current } })),
}

export const admin = {
  users: (q: string, cursor?: number, signal?: AbortSignal) => take(client.GET('/admin/users', { params: { query: { q, cursor, limit: 100 } }, signal })),
  patch: (id: number, body: UserPatch): Promise<User> => take(client.PATCH('/admin/users/{id}', { params: { path: { id } }, body })),
  resetSecret: (id: number): Promise<Secret> => take(client.POST('/admin/users/{id}/reset', { params: { path: { id } } })),
  registration: (body: Registration): Promise<SignUpRules> => take(client.PUT('/admin/registration', { body })),
  invitations: async (): Promise<Invitation[]> => (await take(client.GET('/admin/invitations'))).items,
  invite: (body: InvitationWish): Promise<NewInvitation> => take(client.POST('/admin/invitations', { body })),
  uninvite: (id: number) => take(client.DELETE('/admin/invitations/{id}', { params: { path: { id } } })),
}
