import type { Random } from '../seams/random.ts';
import { Contents, directoryOf, FalseDisk, type DiskStep } from './false-disk.ts';

/** Disks write this many bytes whole or not at all. */
export const SECTOR_BYTES = 512;

/** What a crash left, and what had been marked before it. */
export interface CrashImage {
  readonly disk: FalseDisk;
  /** Steps that had been done. */
  readonly step: number;
  readonly marks: readonly unknown[];
}

/**
 * What a crash may leave of a disk, after each of its steps, `perStep` times: everything that was synced; of what was not, any sectors and any
 * names; of what waited for a sync that failed the same, for ever, unless it is written again. By the rules of Pillai et al., All File Systems Are Not Created Equal, OSDI 2014. A lost sector behind the old end of a file reads
 * as zeros or as anything, or the file ends before it.
 */
export function* crashImages(steps: readonly DiskStep[], random: Random, perStep: number): Generator<CrashImage> {
  const survivor = new Survivor();
  const marks: unknown[] = [];
  for (let step = 0; step <= steps.length; step++) {
    // The first of each step: all that was written reached the disk; the second: nothing but what was synced.
    for (let i = 0; i < perStep; i++) {
      const keep = i === 0 ? 1 : i === 1 ? 0 : KEEP[random.uint32() % KEEP.length]!;
      yield { disk: survivor.image(random, keep), step, marks: [...marks] };
    }
    const next = steps[step];
    if (next?.op === 'mark') marks.push(next.value);
    else if (next !== undefined) survivor.do(next, step);
  }
}

/** What a crash at the end of these steps leaves: all that was synced, and of the rest each sector and name with one likelihood, drawn by chance. */
export function crashedDisk(steps: readonly DiskStep[], random: Random): FalseDisk {
  const survivor = new Survivor();
  for (const [at, step] of steps.entries()) if (step.op !== 'mark') survivor.do(step, at);
  const likelihoods = [0, 1, ...KEEP];
  return survivor.image(random, likelihoods[random.uint32() % likelihoods.length]!);
}

/** How likely it is that one thing that was not synced is there. */
const KEEP = [0.1, 0.5, 0.9, 0.98];

type FileStep = Extract<DiskStep, { op: 'write' | 'truncate' }>;
type NameStep = Extract<DiskStep, { op: 'create' | 'rename' | 'remove' }>;

interface SurvivingFile {
  readonly safe: Contents;
  /** What followed, from a sync on that failed: of what waited for such a sync any sectors are there. */
  readonly since: { readonly step: FileStep; readonly isSafe: boolean }[];
  /** With the number of the step. */
  waiting: { readonly step: FileStep; readonly at: number }[];
}

/** What is safe, and what waits to be. */
class Survivor {
  readonly #files = new Map<number, SurvivingFile>();
  readonly #names = new Map<string, number>();
  #waiting: NameStep[] = [];

  do(step: Exclude<DiskStep, { op: 'mark' }>, at: number): void {
    switch (step.op) {
      case 'create':
        this.#files.set(step.file, { safe: new Contents(), since: [], waiting: [] });
        this.#waiting.push(step);
        return;
      case 'write':
      case 'truncate':
        this.#files.get(step.file)!.waiting.push({ step, at });
        return;
      case 'sync':
      case 'failedSync':
        synced(this.#files.get(step.file)!, step.before, step.op === 'sync');
        return;
      case 'rename':
      case 'remove':
        this.#waiting.push(step);
        return;
      case 'syncDirectory':
        for (const each of this.#waiting) if (directoryOfStep(each) === step.path) name(this.#names, each);
        this.#waiting = this.#waiting.filter((each) => directoryOfStep(each) !== step.path);
    }
  }

  image(random: Random, keep: number): FalseDisk {
    const isKept = (): boolean => random.uint32() < keep * 2 ** 32;
    const names = new Map(this.#names);
    for (const step of this.#waiting) if (isKept()) name(names, step);
    return FalseDisk.of([...names].map(([path, file]) => [path, this.#contents(file, isKept, random)]));
  }

  #contents(number: number, isKept: () => boolean, random: Random): Uint8Array {
    const file = this.#files.get(number)!;
    const contents = file.safe.copy();
    for (const { step, isSafe } of [...file.since, ...file.waiting.map(({ step }) => ({ step, isSafe: false }))]) {
      if (isSafe) whole(contents, step);
      else if (step.op === 'write') sectors(contents, step, isKept, random);
      else if (isKept()) contents.truncate(step.size);
    }
    return contents.bytes();
  }
}

function synced(file: SurvivingFile, before: number, isSafe: boolean): void {
  const done = file.waiting.filter(({ at }) => at < before);
  for (const { step } of done) {
    if (isSafe && file.since.length === 0) whole(file.safe, step);
    else file.since.push({ step, isSafe });
  }
  file.waiting = file.waiting.slice(done.length);
}

function whole(contents: Contents, step: FileStep): void {
  if (step.op === 'write') contents.write(step.at, step.bytes);
  else contents.truncate(step.size);
}

function sectors(
  contents: Contents,
  { at, bytes }: Extract<DiskStep, { op: 'write' }>,
  isKept: () => boolean,
  random: Random,
): void {
  const lost = random.uint32() % 3;
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR_BYTES - ((at + from) % SECTOR_BYTES));
    if (isKept()) contents.write(at + from, bytes.subarray(from, to));
    else if (lost > 0 && at + to > contents.size)
      lose(contents, at + from, to - from, lost === 1 ? 0 : random.uint32());
    from = to;
  }
}

/** The file is longer, but what should be there is not. */
function lose(contents: Contents, at: number, length: number, filling: number): void {
  const from = Math.max(at, contents.size);
  contents.write(from, new Uint8Array(at + length - from).fill(filling));
}

function name(names: Map<string, number>, step: NameStep): void {
  if (step.op === 'create') names.set(step.path, step.file);
  else if (step.op === 'remove') names.delete(step.path);
  else {
    names.delete(step.from);
    names.set(step.to, step.file);
  }
}

function directoryOfStep(step: NameStep): string {
  return directoryOf(step.op === 'rename' ? step.to : step.path);
}
