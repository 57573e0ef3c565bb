import type { Plan } from './plan.ts';

/** Whether the group has one member at a time: one that closes its grid may leave a membership behind that goes on for as long as its session. */
export function isAlone({ members, faults }: Pick<Plan, 'members' | 'faults'>): boolean {
  const isOfMember = (client: number): boolean => members.some((member) => member.client === client);
  return members.length === 1 && !faults.some((fault) => fault.kind === 'reconnect' && isOfMember(fault.client));
}
