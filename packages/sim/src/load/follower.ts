import { WeftError } from '@weft/base';
import type { RemoteGrid, SubscriptionEvent } from '@weft/client';
import { stateKey } from '../check/register.ts';
import type { FollowedEvent, RegisterState, Segment } from '../check/history.ts';
import type { SimProcess } from '../time/sim-process.ts';
import type { PlannedFollower } from './planned-follower.ts';
import { Register } from './types.ts';

/** How a subscription may end that is not closed: it begins again. */
const EXPECTED = new Set(['CLOSED', 'JOURNAL_FAILED', 'OVERLOADED', 'POSITION_TRUNCATED', 'TIMEOUT', 'UNREACHABLE']);
const RETRY_MS = 50;

export interface FollowerParts {
  readonly planned: PlannedFollower;
  readonly process: SimProcess;
  /** The grid as it is now; undefined while there is none. */
  readonly gridOf: () => RemoteGrid | undefined;
  readonly segments: Segment[];
  readonly note: (text: string) => void;
}

/** Follows the registers: all rows first, and from there on where it was, as often as its grid is closed or its place is gone. */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #rows = new Map<string, RegisterState>();
  #position: string | undefined;
  #isOver = false;
  #close: () => void = () => undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Whether what it has heard comes to these rows. */
  hasHeard(rows: ReadonlyMap<string, RegisterState>): boolean {
    const known = [...this.#rows].filter(([, state]) => state !== undefined);
    return known.length === rows.size && known.every(([key, state]) => stateKey(rows.get(key)) === stateKey(state));
  }

  async run(): Promise<void> {
    const { process, gridOf } = this.#parts;
    while (!this.#isOver) {
      const grid = gridOf();
      if (grid !== undefined) await this.#follow(grid);
      await process.sleep(RETRY_MS);
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#close();
  }

  async #follow(grid: RemoteGrid): Promise<void> {
    const { planned, segments, note } = this.#parts;
    const events: FollowedEvent[] = [];
    const from = this.#position;
    segments.push({ client: planned.client, goesOn: from !== undefined, events });
    if (from === undefined) this.#rows.clear();
    try {
      const options = { buffer: planned.buffer, ...(from === undefined ? { initial: true } : { from }) };
      const subscription = grid.space(Register).subscribe(undefined, options);
      this.#close = () => subscription.close();
      for await (const event of subscription) {
        await this.#heard(event, events);
        this.#position = subscription.position;
      }
    } catch (error) {
      const code = WeftError.is(error) ? error.code : String(error);
      note(`follower ${planned.client} ended with ${code}`);
      if (!EXPECTED.has(code)) throw error;
      if (code === 'POSITION_TRUNCATED') this.#position = undefined;
    }
  }

  async #heard(event: SubscriptionEvent<typeof Register>, events: FollowedEvent[]): Promise<void> {
    const { planned, process, note } = this.#parts;
    const heard = followed(event);
    events.push(heard);
    if (heard.key !== undefined) this.#rows.set(heard.key, heard.after);
    note(
      `follower ${planned.client} ${heard.type} ${heard.key} ${stateKey(heard.after)} at ${heard.partition}/${heard.lsn}`,
    );
    if (planned.eventMs > 0) await process.sleep(process.random.delayMs(planned.eventMs));
  }
}

/** What matters of an event. */
export function followed(event: SubscriptionEvent<typeof Register>): FollowedEvent {
  return {
    type: event.type,
    key: 'key' in event ? event.key : undefined,
    partition: 'partition' in event ? event.partition : undefined,
    lsn: 'lsn' in event ? event.lsn : undefined,
    before: 'before' in event ? seen(event.before) : undefined,
    after: 'after' in event ? seen(event.after) : undefined,
  };
}

function seen({ value, version }: { readonly value: number; readonly version: number }): RegisterState {
  return { value, version };
}
