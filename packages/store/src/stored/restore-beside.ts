import { assert, must } from '@weft/base';
import { partitionOf, SLOTS, type Key } from '@weft/data';
import type { KeptAnswer } from '../idempotency/answer-window.ts';
import type { Partition } from '../partition/partition.ts';
import { KeyTexts, type WorkPiece } from './beside-work.ts';
import type { GroupPiece } from './beside-groups.ts';
import type { Manifest, StoredPartition } from './manifest.ts';
import { readJson, type PageSource } from './page-source.ts';
import type { RestorePace } from './restore-table.ts';

/** Pieces that are put in their places between two looks at the slice. */
const PIECES_PER_LOOK = 32;

/**
 * Brings what lay beside the rows of a snapshot to another number of partitions, once the rows are there: what work queues know of a row goes to the
 * partition of its slot; answers go to every partition that now has slots of theirs, since the call may come for any of them; consumer groups
 * begin where the partitions are now.
 */
export async function restoreBeside(
  { partitions: stored }: Manifest,
  partitions: readonly Partition[],
  source: PageSource,
  pace: RestorePace,
): Promise<void> {
  for (const { beside } of stored) {
    for (const list of beside['work'] ?? [])
      await routeWork((await readJson(source, list)) as readonly WorkPiece[], partitions, pace);
    for (const list of beside['groups'] ?? [])
      for (const [type, group] of (await readJson(source, list)) as readonly GroupPiece[])
        for (const { log } of partitions) log.knowGroup(type, group, log.lsn);
  }
  for (const partition of partitions)
    await mergeAnswers(
      stored.filter((_, number) => isSharing(number, stored.length, partition.number, partitions.length)),
      partition,
      source,
      pace,
    );
}

/** All groups that a partition knows begin where its log is now: what they were to hear of before is in no log. */
export function beginGroups({ log }: Partition): void {
  for (const { type, group } of log.groups.all()) log.knowGroup(type, group, log.lsn);
}

async function routeWork(
  pieces: readonly WorkPiece[],
  partitions: readonly Partition[],
  { slice, turns }: RestorePace,
): Promise<void> {
  const types = new Map(partitions[0].log.types.last().map(({ schema }) => [schema.name, schema]));
  const keys = new Map<string, KeyTexts>();
  for (const [i, piece] of pieces.entries()) {
    const [type, text] = piece;
    const schema = must(types.get(type), 'a row of a work queue is of a type that the snapshot declares');
    if (!keys.has(type)) keys.set(type, new KeyTexts(schema));
    const key: Key = keys.get(type)!.read(text);
    const slot = partitions[0].port(schema).table.keyCode.slotOf(key);
    assert(slot >= 0, 'the key of a stored row has a slot');
    partitions[partitionOf(slot, partitions.length)].bringBeside('work', [piece]);
    if (i % PIECES_PER_LOOK === 0 && slice.isOver()) await turns.next();
  }
}

/** Adds the answers of several partitions in the order in which they were given: where there are too many, the oldest are forgotten. */
async function mergeAnswers(
  stored: readonly StoredPartition[],
  { answers }: Partition,
  source: PageSource,
  { slice, turns }: RestorePace,
): Promise<void> {
  const all = stored.map(({ beside }) => new AnswerList(beside['answers'] ?? [], source));
  for (const each of all) await each.open();
  for (let count = 1; ; count++) {
    let oldest: AnswerList | undefined;
    for (const each of all)
      if (each.first !== undefined && !(oldest !== undefined && oldest.first!.wallMs <= each.first.wallMs))
        oldest = each;
    if (oldest === undefined) return;
    answers.add(oldest.first!);
    if (oldest.step()) await oldest.open();
    if (count % PIECES_PER_LOOK === 0 && slice.isOver()) await turns.next();
  }
}

/** The answers of one partition, a list at a time. */
class AnswerList {
  readonly #names: readonly string[];
  readonly #source: PageSource;
  #pieces: readonly KeptAnswer[] = [];
  #list = 0;
  #at = 0;

  constructor(names: readonly string[], source: PageSource) {
    this.#names = names;
    this.#source = source;
  }

  get first(): KeptAnswer | undefined {
    return this.#pieces[this.#at];
  }

  /** Goes to the next one. Whether the list is at its end: then `open` the next. */
  step(): boolean {
    return ++this.#at === this.#pieces.length;
  }

  async open(): Promise<void> {
    this.#at = 0;
    const name = this.#names[this.#list++];
    this.#pieces = name === undefined ? [] : ((await readJson(this.#source, name)) as readonly KeptAnswer[]);
  }
}

/** Whether a partition of so many has slots that another one of another number has. */
function isSharing(number: number, count: number, other: number, others: number): boolean {
  const firstSlot = (of: number, all: number): number => Math.ceil((of * SLOTS) / all);
  return (
    firstSlot(number, count) < firstSlot(other + 1, others) && firstSlot(other, others) < firstSlot(number + 1, count)
  );
}
