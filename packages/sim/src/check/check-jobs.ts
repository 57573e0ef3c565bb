import { checkLetters } from './check-letters.ts';
import type { CallRecord, DeliveryRecord, History, Survivors, Violation } from './history.ts';

/** A job went: it was acknowledged, or taken. `isCertain`: else it may have been. */
interface Removal {
  readonly job: number;
  readonly from: number;
  readonly to: number;
  readonly isCertain: boolean;
}

/**
 * Jobs go to one worker at a time while its lease holds; once they are done nobody is given them again, and none is lost before that, whatever crashes. Where a
 * crash may lose what was acknowledged last, the time between two such crashes is looked at alone.
 */
export function checkJobs(history: History): Violation[] {
  const { calls, starts, deliveries } = history;
  const removals = removalsOf(calls, deliveries);
  const losses = starts.filter(({ mayHaveLost }) => mayHaveLost).map(({ at }) => at);
  const isTogether = (one: number, other: number): boolean => !losses.some((at) => at > one && at < other);
  return [
    ...invented(calls, deliveries),
    ...doneTwice(removals, deliveries, isTogether),
    ...heldTwice(deliveries, starts),
    ...checkLetters(history, isTogether),
    ...starts.flatMap((start) => lost(start, calls, removals, Math.max(-1, ...losses.filter((at) => at < start.at)))),
  ];
}

function removalsOf(calls: readonly CallRecord[], deliveries: readonly DeliveryRecord[]): Removal[] {
  const taken = calls.flatMap(({ verb, from, to, end }): Removal[] => {
    if (verb !== 'take' || end?.kind !== 'ok' || end.answer === undefined) return [];
    return [{ job: end.answer as number, from, to, isCertain: true }];
  });
  const acked = deliveries.flatMap(({ job, settling }): Removal[] => {
    if (settling?.verb !== 'ack' || settling.end === 'failed') return [];
    return [{ job, from: settling.from, to: settling.to, isCertain: settling.end === 'ok' }];
  });
  return [...taken, ...acked];
}

/** A job that nobody put, or whose putting failed for certain. */
function invented(calls: readonly CallRecord[], deliveries: readonly DeliveryRecord[]): Violation[] {
  const puts = new Map(calls.filter(({ verb }) => verb === 'put').map((call) => [call.id, call]));
  return deliveries
    .filter(({ job, from }) => !((puts.get(job)?.from ?? Infinity) < from) || puts.get(job)?.end?.kind === 'failed')
    .map(({ job }) => broken('exactly-once', job, 'was handed out, and was never put'));
}

/** It was done, and then it was handed out to somebody who had asked later, or done by another. */
function doneTwice(
  removals: readonly Removal[],
  deliveries: readonly DeliveryRecord[],
  isTogether: (one: number, other: number) => boolean,
): Violation[] {
  return removals.flatMap((done, index) => {
    if (!done.isCertain) return [];
    const { job, to } = done;
    const again = deliveries.find((each) => each.job === job && each.asked > to && isTogether(to, each.from));
    const twice = removals.find(
      (other, place) => place > index && other.job === job && other.isCertain && isTogetherOf(done, other, isTogether),
    );
    return [
      ...(again === undefined
        ? []
        : [broken('exactly-once', job, `was done at ${to}, and handed out at ${again.from}`)]),
      ...(twice === undefined ? [] : [broken('exactly-once', job, `was done at ${to}, and again at ${twice.to}`)]),
    ];
  });
}

function isTogetherOf(one: Removal, other: Removal, isTogether: (one: number, other: number) => boolean): boolean {
  return isTogether(Math.min(one.from, other.from), Math.max(one.to, other.to));
}

/** Who has asked behind another's delivery was given the same job while that one's lease held for certain. Leases end with the process of the host. */
function heldTwice(deliveries: readonly DeliveryRecord[], starts: readonly Survivors[]): Violation[] {
  return deliveries.flatMap((one) => {
    const until = Math.min(one.released, one.settling?.from ?? Infinity);
    const other = deliveries.find(
      ({ job, asked, from, fromMs }) =>
        job === one.job &&
        asked > one.from &&
        from < until &&
        fromMs < one.heldMs &&
        !starts.some(({ at }) => at > one.from && at < from),
    );
    if (other === undefined) return [];
    const text = `was handed out at ${other.fromMs} to client ${other.client}, and client ${one.client} held it from ${one.fromMs} to ${one.heldMs}`;
    return [broken('lease', one.job, text)];
  });
}

/** At a start all jobs are there that were put and not done, and none that was done. */
function lost(
  { at, mayHaveLost, jobs, buried }: Survivors,
  calls: readonly CallRecord[],
  removals: readonly Removal[],
  lossBefore: number,
): Violation[] {
  if (mayHaveLost) return [];
  const back = removals.filter(
    ({ job, from, to, isCertain }) => isCertain && from > lossBefore && to < at && jobs.has(job),
  );
  const gone = new Set(removals.filter(({ from }) => from < at).map(({ job }) => job));
  const missing = calls.filter(
    ({ verb, id, end, from, to }) =>
      verb === 'put' &&
      end?.kind === 'ok' &&
      from > lossBefore &&
      to < at &&
      !jobs.has(id) &&
      !buried.has(id) &&
      !gone.has(id),
  );
  // One that was taken by a call that does not know it is none of those.
  const unknown = calls.filter(({ verb, from, end }) => verb === 'take' && from < at && end?.kind !== 'ok').length;
  return [
    ...back.map(({ job }) => broken('durability', job, `was done, and was there again at ${at}`)),
    ...missing
      .slice(unknown)
      .map(({ id }) => broken('durability', id, `was put and not done, and was not there at ${at}`)),
  ];
}

function broken(check: Violation['check'], job: number, text: string): Violation {
  return { check, text: `job ${job} ${text}` };
}
