export { HANDSHAKE_MS_MAX, UNREAD_BYTES_MAX } from './connection.ts';
export { CONNECTIONS_MAX, Member, SESSIONS_MAX, type MemberOptions } from './member.ts';
export { authorize, type Authorize } from './authorize.ts';
export type { MemberStats } from './member-stats.ts';
export type { MemberEvent } from './rare-log.ts';
export { SESSION_LIFE_MS } from './session.ts';
