import type { Predicate, Seeker, Source } from '@weft/data';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';

/** Whose rows are waited for. */
export interface RowWait {
  readonly kind: 'read' | 'take';
  readonly where: Predicate | undefined;
  readonly sources: readonly Source[];
  readonly waitMs: number;
}

/** After so long it is asked again whether all rows have been looked at, which a wait that is over waits for. */
const LOOKING_MS = 5;

/**
 * Waits in the lines of all partitions that may have the row, and gets one from one of them. It is committed when this resolves. Undefined
 * where none came in time. Rejects where the call is stopped, and then no row is taken.
 */
export function waitForRow(
  { kind, where, sources, waitMs }: RowWait,
  host: Host,
  call: Call,
): Promise<object | undefined> {
  return new Promise((resolve, reject) => {
    const seekers = new Map<Source, Seeker>();
    let isOver = false;
    let cancel: () => void = () => undefined;
    const end = (): void => {
      isOver = true;
      cancel();
      off();
      for (const seeker of seekers.values()) seeker.end();
    };
    const fail = (error: unknown): void => {
      if (isOver) return;
      end();
      reject(error as Error);
    };
    const seek = (source: Source): void => {
      if (isOver) return;
      const seeker = source.queue.seek({
        kind,
        where,
        wanted: () => (isOver ? 0 : 1),
        give(row) {
          end();
          const saved = source.queue.saved();
          if (saved === undefined) resolve(row);
          else saved.then(() => resolve(row), reject);
        },
        fail,
        restart: () => attempt(() => seek(source)),
      });
      seekers.set(source, seeker);
    };
    const attempt = (run: () => void): void => {
      try {
        run();
      } catch (error) {
        fail(error);
      }
    };
    const giveUp = (): void => {
      if ([...seekers.values()].some(({ isCaughtUp }) => !isCaughtUp)) cancel = host.timers.after(LOOKING_MS, giveUp);
      else {
        end();
        resolve(undefined);
      }
    };
    const off = call.onStop(fail);
    cancel = host.timers.after(waitMs, giveUp);
    attempt(() => {
      // It may have been stopped before anybody listened.
      call.check();
      sources.forEach(seek);
    });
  });
}
