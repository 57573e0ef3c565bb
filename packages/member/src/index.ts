export { HANDSHAKE_MS_MAX, type MemberEvent } from './connection.ts';
export { Member, type MemberOptions } from './member.ts';
export { SESSION_LIFE_MS } from './session.ts';
