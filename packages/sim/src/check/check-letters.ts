import type { DeliveryRecord, History, Violation } from './history.ts';

/** Whether nothing may have been lost between two moments. */
type IsTogether = (one: number, other: number) => boolean;

/**
 * A job is handed out so often and no more: each time with the next number. Then it is a dead letter, and nobody is given it any more; and only what was
 * handed out so often becomes one.
 */
export function checkLetters({ calls, deliveries, letters, triesMax }: History, isTogether: IsTogether): Violation[] {
  const dead = deliveries.filter(({ tries, settling }) => tries === triesMax && isGivenBack(settling));
  const taken = new Map(
    calls.flatMap(({ verb, from, end }) =>
      verb === 'take' && end?.kind === 'ok' ? [[end.answer as number, from]] : [],
    ),
  );
  return [
    ...deliveries
      .filter(({ tries }) => tries > triesMax)
      .map(({ job, tries }) => broken(job, `was handed out for the ${tries}. time, and ${triesMax} is the last`)),
    ...deliveries.flatMap((one) => miscounted(one, deliveries, isTogether)),
    ...dead
      .filter(({ job, settling }) => isTogether(settling!.to, taken.get(job) ?? 0) && taken.get(job)! > settling!.to)
      .map(({ job }) => broken(job, 'was a dead letter, and was taken')),
    ...(letters ?? [])
      .filter(({ tries }) => tries !== triesMax)
      .map(({ job, tries }) => broken(job, `is a dead letter after ${tries} times, and not after ${triesMax}`)),
    ...(letters ?? []).flatMap(({ job }) => doneToo(job, deliveries, isTogether)),
    ...(letters === undefined ? [] : notKept(dead, letters, isTogether)),
  ];
}

function isGivenBack(settling: DeliveryRecord['settling']): boolean {
  return settling?.verb === 'nack' && settling.end === 'ok';
}

/** Who asked when another had been given it is told a higher number. */
function miscounted(one: DeliveryRecord, deliveries: readonly DeliveryRecord[], isTogether: IsTogether): Violation[] {
  const other = deliveries.find(
    ({ job, asked, from, tries }) =>
      job === one.job && asked > one.from && tries <= one.tries && isTogether(one.from, from),
  );
  if (other === undefined) return [];
  return [broken(one.job, `was handed out for the ${one.tries}. time, and then for the ${other.tries}.`)];
}

/** A job whose acknowledgement was answered is no letter. */
function doneToo(job: number, deliveries: readonly DeliveryRecord[], isTogether: IsTogether): Violation[] {
  const done = deliveries.find(
    (each) => each.job === job && each.settling?.verb === 'ack' && each.settling.end === 'ok',
  );
  if (done === undefined || !isTogether(done.settling!.to, Infinity)) return [];
  return [broken(job, 'was done, and is a dead letter')];
}

/** What was given back for the last time is a letter in the end. */
function notKept(
  dead: readonly DeliveryRecord[],
  letters: NonNullable<History['letters']>,
  isTogether: IsTogether,
): Violation[] {
  const known = new Set(letters.map(({ job }) => job));
  return dead
    .filter(({ job, settling }) => isTogether(settling!.to, Infinity) && !known.has(job))
    .map(({ job }) => broken(job, 'was given back for the last time, and is no dead letter'));
}

function broken(job: number, text: string): Violation {
  return { check: 'letters', text: `job ${job} ${text}` };
}
