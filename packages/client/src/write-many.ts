import { finish, WHOLE } from '@weft/data';
import type { WriteManyResult } from './api.ts';
import type { ManyTarget, ManyWriter } from './many-writer.ts';
import type { Call } from './call.ts';
import type { Pace } from './drive.ts';
import { committing, settledError } from './settle.ts';
import { RowWriter } from './row-writer.ts';
import { feed, feedNow } from './row-feed.ts';
import { WholeWriter } from './whole-writer.ts';

/** Writes rows one after another; what a bad one means for the others is `onError`. Holds back no row but with 'all'. */
export async function writeMany(target: ManyTarget, rows: unknown, pace: Pace, call: Call): Promise<WriteManyResult> {
  const writer = writerOf(target);
  try {
    await feed(target.type, rows, (row) => writer.take(row), pace, call);
    const rest = writer.finish(pace.slice, () => call.check());
    for (;;) {
      const step = rest.next();
      if (step.done === true) {
        const wait = committing(target.router, call);
        if (wait !== undefined) await wait;
        return step.value;
      }
      await pace.turns.next();
    }
  } catch (error) {
    throw writer.failed(await settledError(error, target.router, call));
  }
}

/** The same in one turn. */
export function writeManyNow(target: ManyTarget, rows: unknown): WriteManyResult {
  const writer = writerOf(target);
  try {
    feedNow(target.type, rows, (row) => writer.take(row));
    return finish(writer.finish(WHOLE, () => undefined));
  } catch (error) {
    throw writer.failed(error);
  }
}

function writerOf(target: ManyTarget): ManyWriter {
  return target.onError === 'all' ? new WholeWriter(target) : new RowWriter(target);
}
