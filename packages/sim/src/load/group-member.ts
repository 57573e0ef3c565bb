import { WeftError } from '@weft/base';
import type { RemoteGrid, Subscription } from '@weft/client';
import type { Membership } from '../check/history.ts';
import type { SimProcess } from '../time/sim-process.ts';
import { followed } from './follower.ts';
import { GROUP, type Group } from './group.ts';
import type { PlannedMember } from './group-members.ts';
import { Register } from './types.ts';

const RETRY_MS = 50;
/** How a membership may end that is not closed, and how a commit may. */
const EXPECTED = new Set([
  'CLOSED',
  'DISK_FULL',
  'JOURNAL_BUSY',
  'JOURNAL_FAILED',
  'OUTCOME_UNKNOWN',
  'OVERLOADED',
  'TIMEOUT',
  'UNREACHABLE',
]);

export interface GroupMemberParts {
  readonly planned: PlannedMember;
  readonly process: SimProcess;
  /** The grid as it is now; undefined while there is none. */
  readonly gridOf: () => RemoteGrid | undefined;
  readonly group: Group;
  readonly note: (text: string) => void;
}

/** A member of the group: takes changes, commits now and then, leaves, and joins again. */
export class GroupMember {
  readonly #parts: GroupMemberParts;
  #isOver = false;
  #close: () => void = () => undefined;

  constructor(parts: GroupMemberParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { process, gridOf } = this.#parts;
    while (!this.#isOver) {
      const grid = gridOf();
      if (grid !== undefined) await this.#share(grid);
      await process.sleep(RETRY_MS);
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#close();
  }

  async #share(grid: RemoteGrid): Promise<void> {
    const { planned, process, group } = this.#parts;
    const { client, buffer, eventMs, commitShare, leaveShare } = planned;
    const { random } = process;
    const membership = group.joins(client);
    try {
      const subscription = grid.space(Register).subscribe(undefined, { group: GROUP, buffer });
      this.#close = () => subscription.close();
      for await (const event of subscription) {
        group.heard(membership, followed(event));
        if (eventMs > 0) await process.sleep(random.delayMs(eventMs));
        if (random.chance(commitShare)) await this.#commit(subscription, membership);
        if (random.chance(leaveShare)) break;
      }
    } catch (error) {
      this.#expected(error);
    }
  }

  async #commit(subscription: Subscription<typeof Register>, membership: Membership): Promise<void> {
    const { group } = this.#parts;
    const commit = group.commits(membership, subscription.position);
    try {
      await subscription.commit();
      group.committed(commit, subscription.position);
    } catch (error) {
      this.#expected(error);
    }
  }

  /** Throws what has no reason. */
  #expected(error: unknown): void {
    const code = WeftError.is(error) ? error.code : String(error);
    this.#parts.note(`member ${this.#parts.planned.client}: ${code}`);
    if (!EXPECTED.has(code)) throw error;
  }
}
