import { assert, type Clock, type WeftError } from '@weft/base';
import type { RowValues, TypeSchema } from '@weft/data';
import { CommitQueue } from './commit/commit-queue.ts';
import { GroupPositions } from './readers/group-positions.ts';
import { WholeRows } from './readers/whole-rows.ts';
import { HybridClock } from './hybrid-clock.ts';
import type { HybridTime, RecordedAnswer, RecordParts, RemovalReason, WorkState } from './record/record.ts';
import type { RecordBytes } from './record/record-bytes.ts';
import { TypeNumbers } from './record/type-numbers.ts';
import {
  answerBytes,
  BARE_HEAD_BYTES,
  beginBareRecord,
  beginRecord,
  declarationBytes,
  declarationText,
  EFFECT_HEAD_BYTES,
  endRecord,
  groupCommitBytes,
  headBytes,
  workBytes,
  writeAnswer,
  writeClear,
  writeDeclaration,
  writeGroupCommit,
  writeInsert,
  writeRemoval,
  writeReplace,
  writeUpdate,
  writeWork,
  type BareHeader,
  type RowChange,
} from './record/write-record.ts';
import { RecordRing, type RingMeter } from './ring/record-ring.ts';

/** Bytes of records that are kept for readers, unless said otherwise. */
export const RETAIN_BYTES_DEFAULT = 64 * 1024 * 1024;

export interface PartitionLogOptions {
  readonly partition: number;
  readonly clock: Clock;
  /** Site that changes come from; 0 unless said otherwise. */
  readonly origin?: number;
  readonly retainBytes?: number;
  /** Hears of memory for records that was taken or, below zero, given back, in bytes. */
  readonly meter?: RingMeter;
  /** Whether records are written from the beginning. Without: positions are counted, and nothing is kept until `turnOn`. */
  readonly isOn?: boolean;
}

const NO_PARTS: RecordParts = {};

/**
 * The log of one partition: every change gets a position (lsn), and, once the log is on, becomes a record in memory that readers and the
 * journal take from there.
 *
 * Who changes rows takes positions by `nextLsn`, then says what it did, in the same turn. What is said outside of `group` is a record
 * of its own.
 */
export class PartitionLog {
  readonly partition: number;
  readonly commits = new CommitQueue();
  readonly types = new TypeNumbers();
  /** How far consumer groups are. */
  readonly groups = new GroupPositions();
  /** Whose records hold rows whole. */
  readonly wholeRows = new WholeRows();
  readonly ring: RecordRing;
  readonly #clock: HybridClock;
  readonly #head: { -readonly [K in keyof BareHeader]: BareHeader[K] };
  #lsn = 0;
  #isOn: boolean;
  /** Whether somebody else, such as a journal, says what is committed. */
  #isHeld = false;
  #refusal: WeftError | undefined;
  /** Those who wait until changes are taken again. */
  #readmission: { readonly ended: Promise<void>; readonly end: () => void } | undefined;
  #term = 0;
  #prevTerm = 0;
  /** The record that is being written; `#target` is absent until its first effect. */
  #target: RecordBytes | undefined;
  #parts: RecordParts = NO_PARTS;
  #isGrouped = false;
  #firstLsn = 0;
  #lastLsn = 0;
  #effects = 0;
  /** The position before the group. */
  #groupLsn = 0;
  /** Removals within the group that stand also where it is taken back. */
  #stands: ((lsn: number) => void)[] = [];
  /** Replaced, not changed: each record goes through it. */
  #onRecord: readonly (() => void)[] = [];

  constructor({
    partition,
    clock,
    origin = 0,
    retainBytes = RETAIN_BYTES_DEFAULT,
    meter,
    isOn = false,
  }: PartitionLogOptions) {
    this.partition = partition;
    this.#isOn = isOn;
    this.#clock = new HybridClock(clock);
    this.#head = { partition, origin, lsn: 0, term: 0, prevTerm: 0, hlc: this.#clock };
    this.ring = new RecordRing(retainBytes, meter);
  }

  /** The last position that was taken. */
  get lsn(): number {
    return this.#lsn;
  }

  /** Whether a group is being written: what is changed now becomes a part of it. */
  get isGrouped(): boolean {
    return this.#isGrouped;
  }

  /** The moment of the last record. */
  get hlc(): HybridTime {
    return this.#clock.last;
  }

  /** Whether changes become records. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Takes so many positions; the last of them. */
  nextLsn(count = 1): number {
    this.#lsn += count;
    // Without records there is nothing that could be committed later.
    if (!this.#isOn) this.commits.commit(this.#lsn);
    return this.#lsn;
  }

  /** From here on changes become records. `schemas`: the types that have rows. */
  turnOn(schemas: readonly TypeSchema[]): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.ring.beginAt(this.#lsn);
    for (const schema of schemas) this.declare(schema);
  }

  /** From here on the caller commits, and holds what it needs in the ring by `ring.floorLsn`; with `false` each record is committed at once again. */
  holdCommits(isHeld = true): void {
    this.#isHeld = isHeld;
  }

  /** From here on changes are refused with this error; `undefined`: no longer. */
  refuse(error: WeftError | undefined): void {
    this.#refusal = error;
    if (error?.retryable === true) return;
    this.#readmission?.end();
    this.#readmission = undefined;
  }

  /** Why changes are refused now. */
  get refusal(): WeftError | undefined {
    return this.#refusal;
  }

  /** To be called before rows are changed for a caller: throws why that cannot be now, and has done nothing then. */
  admit(): void {
    if (this.#refusal !== undefined) throw this.#refusal;
  }

  /** Where changes are refused for now, such as on a full disk: resolves once they are not, or are for ever. */
  readmitted(): Promise<void> | undefined {
    if (this.#refusal?.retryable !== true) return undefined;
    if (this.#readmission === undefined) {
      let end = (): void => undefined;
      this.#readmission = { ended: new Promise((resolve) => (end = resolve)), end: () => end() };
    }
    return this.#readmission.ended;
  }

  /** After a recovery: positions go on behind this one. */
  resumeAt(lsn: number, hlc?: HybridTime): void {
    assert(this.#lsn <= lsn, 'positions only rise');
    this.#lsn = lsn;
    if (hlc !== undefined) this.#clock.observe(hlc);
    this.ring.beginAt(lsn);
    this.commits.commit(lsn);
  }

  /** Calls back after each record, in its turn. Returns how to end that. */
  onRecord(listener: () => void): () => void {
    // Of its own, though the same function may listen twice.
    const own = (): void => listener();
    this.#onRecord = [...this.#onRecord, own];
    return () => {
      this.#onRecord = this.#onRecord.filter((other) => other !== own);
    };
  }

  /** Whether records of this type hold rows whole, as they were and as they are. */
  wantsBefore(schema: TypeSchema): boolean {
    return this.#isOn && this.wholeRows.has(schema);
  }

  /**
   * Says that rows of this declaration come, in a record of its own. Once for each is enough. `expiryMs`: what the rows that were there and had no
   * expiry got, milliseconds since 1970.
   */
  declare(schema: TypeSchema, expiryMs?: number): void {
    if (!this.#isOn || this.types.isCurrent(schema)) return;
    assert(this.#target === undefined, 'a declaration stands in front of the record that needs it');
    const type = this.types.add(schema);
    const text = declarationText(schema);
    const lsn = this.nextLsn();
    const target = this.ring.begin(headBytes(NO_PARTS) + declarationBytes(text));
    beginRecord(target, 'declaration', this.#headOf(lsn), NO_PARTS);
    writeDeclaration(target, type, text, expiryMs);
    this.#target = target;
    this.#firstLsn = this.#lastLsn = lsn;
    this.#end();
  }

  /**
   * What `run` changes becomes one record, however many effects it has; none where it changes nothing. Where it throws, it has taken back what it
   * did, lsns of rows included: nothing is recorded, and no position is taken. A group within a group is a part of it.
   */
  group<T>(parts: RecordParts, run: () => T): T {
    if (this.#isGrouped) return run();
    this.#isGrouped = true;
    this.#groupLsn = this.#lsn;
    this.#parts = parts;
    let isDone = false;
    try {
      const result = run();
      isDone = true;
      return result;
    } finally {
      this.#isGrouped = false;
      const stands = this.#stands.splice(0);
      if (!isDone) this.#takeBack(stands);
      else if (this.#target !== undefined) this.#end();
      this.#parts = NO_PARTS;
    }
  }

  /** A row came. `values` are all of the row, as stored. */
  inserted(schema: TypeSchema, lsn: number, slot: number, values: RowValues): void {
    const type = this.types.of(schema);
    const target = this.#room(lsn, type.image.wholeBytes(values));
    writeInsert(target, type, lsn - this.#firstLsn, slot, values);
    this.#endEffect(lsn);
  }

  /** A row was replaced as a whole. */
  replaced(schema: TypeSchema, lsn: number, slot: number, values: RowValues, before: RowValues | undefined): void {
    const type = this.types.of(schema);
    const bytes = type.image.wholeBytes(values) + (before === undefined ? 0 : type.image.wholeBytes(before));
    const target = this.#room(lsn, bytes);
    writeReplace(target, type, lsn - this.#firstLsn, slot, values, before);
    this.#endEffect(lsn);
  }

  /** Some columns of a row changed. */
  updated(schema: TypeSchema, lsn: number, slot: number, change: RowChange): void {
    const type = this.types.of(schema);
    const { image } = type;
    const { key, ordinals, after, before } = change;
    const bytes =
      image.keyBytes(key) +
      image.changesBytes(ordinals, after) +
      (before === undefined ? 0 : image.changesBytes(ordinals, before));
    const target = this.#room(lsn, bytes);
    writeUpdate(target, type, lsn - this.#firstLsn, slot, change);
    this.#endEffect(lsn);
  }

  /** A row went. */
  removed(
    schema: TypeSchema,
    lsn: number,
    slot: number,
    reason: RemovalReason,
    key: unknown,
    before: RowValues | undefined,
  ): void {
    const type = this.types.of(schema);
    const target = this.#room(
      lsn,
      type.image.keyBytes(key) + (before === undefined ? 0 : type.image.wholeBytes(before)),
    );
    writeRemoval(target, type, lsn - this.#firstLsn, slot, reason, key, before);
    this.#endEffect(lsn);
  }

  /**
   * The row that has just been removed made room, or its time was over: a group that is taken back does not bring it back. `rowLsn`: its last
   * change; rows that the group itself has changed are for the group to bring back. `record` says once more that it went.
   */
  wentForGood(rowLsn: number, record: (lsn: number) => void): void {
    if (this.#isGrouped && rowLsn <= this.#groupLsn) this.#stands.push(record);
  }

  /** What the call was answered whose idempotency id the group has. Within the group, behind its changes; it takes a position only where there are none. */
  answered(answer: RecordedAnswer): void {
    assert(this.#isGrouped && this.#parts.idempotencyId !== undefined, 'an answer is that of a group with an id');
    if (!this.#isOn) return;
    const lsn = this.#target === undefined ? this.nextLsn() : this.#lastLsn;
    const target = this.#room(lsn, answerBytes(answer));
    writeAnswer(target, lsn - this.#firstLsn, answer);
    this.#endEffect(lsn);
  }

  /** All rows of a type went. */
  cleared(schema: TypeSchema, lsn: number): void {
    const target = this.#room(lsn, 0);
    writeClear(target, this.types.of(schema), lsn - this.#firstLsn);
    this.#endEffect(lsn);
  }

  /** What a work queue keeps of a row changed. */
  worked(schema: TypeSchema, lsn: number, slot: number, key: unknown, state: WorkState): void {
    const type = this.types.of(schema);
    const target = this.#room(lsn, type.image.keyBytes(key) + workBytes(state));
    writeWork(target, type, lsn - this.#firstLsn, slot, key, state);
    this.#endEffect(lsn);
  }

  /** A consumer group has done with everything up to `position`; -1: the group is gone. Where the log is on. The lsn that says so. */
  groupCommitted(schema: TypeSchema, group: string, position: number): number {
    const type = this.types.of(schema);
    const lsn = this.nextLsn();
    const target = this.#room(lsn, groupCommitBytes(group));
    writeGroupCommit(target, type, lsn - this.#firstLsn, group, position);
    this.knowGroup(schema.name, group, position);
    this.#endEffect(lsn);
    return lsn;
  }

  /** How far a consumer group is, as a record or a snapshot says. */
  knowGroup(type: string, group: string, position: number): void {
    this.groups.set(type, group, position);
    this.wholeRows.wantForGroups(type, this.groups.count(type));
  }

  /** A target with room for an effect, in the record that is open or a new one. */
  #room(lsn: number, imageBytes: number): RecordBytes {
    const bytes = EFFECT_HEAD_BYTES + imageBytes;
    if (this.#target !== undefined) return (this.#target = this.ring.more(this.#target, bytes));
    const parts = this.#parts;
    const isBare = parts === NO_PARTS;
    const target = this.ring.begin((isBare ? BARE_HEAD_BYTES : headBytes(parts)) + bytes);
    if (isBare) beginBareRecord(target, this.#headOf(lsn));
    else beginRecord(target, 'effects', this.#headOf(lsn), parts);
    this.#firstLsn = lsn;
    this.#effects = 0;
    this.#target = target;
    return target;
  }

  #endEffect(lsn: number): void {
    this.#effects++;
    this.#lastLsn = lsn;
    if (!this.#isGrouped) this.#end();
  }

  #end(): void {
    const target = this.#target!;
    endRecord(target, this.ring.start, this.#effects);
    this.ring.end(target, this.#firstLsn, this.#lastLsn);
    this.#forget();
    this.#prevTerm = this.#term;
    if (!this.#isHeld) this.commits.commit(this.#lastLsn);
    const listeners = this.#onRecord;
    for (let i = 0; i < listeners.length; i++) listeners[i]();
  }

  /** The positions are free again: nobody is to wait for a record that never comes. */
  #takeBack(stands: readonly ((lsn: number) => void)[]): void {
    this.#forget();
    this.#parts = NO_PARTS;
    this.#lsn = this.#groupLsn;
    for (const record of stands) record(this.nextLsn());
  }

  #forget(): void {
    this.#target = undefined;
    this.#effects = 0;
  }

  /** One object for all records: each pays for this. */
  #headOf(lsn: number): BareHeader {
    this.#clock.advance();
    const head = this.#head;
    head.lsn = lsn;
    head.term = this.#term;
    head.prevTerm = this.#prevTerm;
    return head;
  }
}
