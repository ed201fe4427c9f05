export interface User { id: number; username: string; email?: string; role: 'user' | 'admin'; disabled: boolean; createdAt: string }
export interface Signed { accessToken: string; expiresIn: number; user: User }
