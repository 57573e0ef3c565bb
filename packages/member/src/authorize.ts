import type { RequestContext } from './context.ts';

/** Whether the principal may do this. Throws where it may not. */
export type Authorize = (context: RequestContext) => void;

/**
 * The only door: whether the principal may do this. Until there is access control whoever reaches the host may do everything, and the host listens on
 * loopback only.
 */
export function authorize({ principal }: RequestContext): void {
  if (principal !== LOOPBACK) throw new Error(`there is one principal, ${LOOPBACK}`);
}

export const LOOPBACK = 'loopback';
