import type { RowValues, TypeSchema } from '@weft/data';

/**
 * Record v1: what one turn changed in one partition, as effects and not as the commands that led to them. Little-endian.
 * `docs/log.md` has it byte by byte with vectors.
 *
 * | at | bytes | field                                                                                        |
 * |---:|------:|----------------------------------------------------------------------------------------------|
 * |  0 |     4 | length of the whole record                                                                   |
 * |  4 |     4 | CRC-32 (IEEE 802.3) of the bytes from 8 on; 0 while the record has not left memory           |
 * |  8 |     1 | format: 1                                                                                    |
 * |  9 |     1 | kind: 1 effects, 2 declaration                                                               |
 * | 10 |     2 | parts that follow the header: 1 session, 2 idempotency id, 4 transaction                     |
 * | 12 |     2 | partition                                                                                    |
 * | 14 |     2 | origin site                                                                                  |
 * | 16 |     8 | lsn of the first effect                                                                      |
 * | 24 |     4 | term                                                                                         |
 * | 28 |     4 | term of the record before                                                                    |
 * | 32 |     8 | hybrid logical clock: u16 counter, then u48 milliseconds since 1970                           |
 * | 40 |     4 | effects                                                                                      |
 *
 * Then the parts, in the order of their bits:
 * session: u64 id, u64 sequence, u64 acknowledged below; idempotency id: text; transaction: 16 bytes, varint count, participants as varints.
 *
 * Then the effects: u8 op, u8 images (1 before), varint lsn less that of the record, varint type, varint version of its declaration, varint slot,
 * then by op: whole rows, changes and keys as `RowImage` writes them. A text is a varint of its bytes and UTF-8. An answer is of no row: u8 op, u8 0,
 * varint lsn less that of the record, and two texts.
 */
export const RECORD_FORMAT = 1;
export const HEADER_BYTES = 44;
/** A record is no longer than this, so that a damaged length asks for no more memory. */
export const RECORD_BYTES_MAX = 512 * 1024 * 1024;

/** Why a row went. */
export type RemovalReason = 'delete' | 'expire' | 'evict';

/** One change of one row, or of all rows of a type in the partition. */
export type Effect = EffectPlace &
  (
    | { readonly op: 'insert'; readonly after: RowValues }
    | { readonly op: 'replace'; readonly after: RowValues; readonly before: RowValues | undefined }
    | {
        readonly op: 'update';
        readonly key: unknown;
        readonly ordinals: readonly number[];
        readonly after: readonly unknown[];
        readonly before: readonly unknown[] | undefined;
      }
    | { readonly op: RemovalReason; readonly key: unknown; readonly before: RowValues | undefined }
    | { readonly op: 'clear' }
    | ({ readonly op: 'work'; readonly key: unknown } & WorkState)
    /** A consumer group of the type has done with everything up to `position`; it is gone where that is -1. No row changes. */
    | { readonly op: 'groupCommit'; readonly group: string; readonly position: number }
  );

/** What a work queue keeps of a row beside its values: how often it was handed out, and what became of that. */
export interface WorkState {
  /** `delayed`: nobody gets the row before `atMs`. `dead`: a dead letter since then. */
  readonly state: WorkStateName;
  readonly tries: number;
  /** Milliseconds since 1970; 0 for a free row. */
  readonly atMs: number;
  /** Why the last try failed. */
  readonly reason: string;
}

export type WorkStateName = 'free' | 'delayed' | 'dead';

interface EffectPlace {
  readonly lsn: number;
  /** The declaration that the images are of. */
  readonly schema: TypeSchema;
  /** 0 for `clear`, which is of all slots, and for `groupCommit`. */
  readonly slot: number;
}

/** Who asked for it, so that an answer lost on its way can be given again. */
export interface SessionPart {
  readonly session: bigint;
  readonly sequence: number;
  readonly ackedBelow: number;
}

/** A transaction over several partitions. */
export interface TransactionPart {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly participants: readonly number[];
}

/** What a record may say beside its effects. */
export interface RecordParts {
  readonly session?: SessionPart | undefined;
  readonly idempotencyId?: string | undefined;
  readonly transaction?: TransactionPart | undefined;
}

export interface RecordHeader extends RecordParts {
  readonly partition: number;
  readonly origin: number;
  /** Of the first effect. */
  readonly lsn: number;
  readonly term: number;
  readonly prevTerm: number;
  readonly hlc: HybridTime;
}

/** A moment of a partition: never before that of an earlier record, whatever the clock does. */
export interface HybridTime {
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  /** Records of the same millisecond, 0 to 65,535. */
  readonly counter: number;
}

/** A record that was read. */
export type LogRecord = RecordHeader &
  (
    | { readonly kind: 'effects'; readonly effects: readonly Effect[]; readonly answer?: RecordedAnswer }
    | { readonly kind: 'declaration'; readonly declaration: Declaration }
  );

/** What the call was answered whose idempotency id a record has, so that it is answered so again. */
export interface RecordedAnswer {
  /** Of what was asked for: another call with the same id is told by it. */
  readonly digest: string;
  /** Whoever answered knows how to read it. */
  readonly result: string;
}

/** A type, or the next version of one: records behind it name it by number and version. */
export interface Declaration {
  readonly number: number;
  readonly version: number;
  readonly schema: TypeSchema;
  /** What rows that were there and had no expiry got, milliseconds since 1970. */
  readonly expiryMs?: number;
}

export const KINDS = { effects: 1, declaration: 2 } as const;
export const PARTS = { session: 1, idempotency: 2, transaction: 4 } as const;
export const OPS = {
  insert: 1,
  replace: 2,
  update: 3,
  delete: 4,
  expire: 5,
  evict: 6,
  clear: 7,
  groupCommit: 8,
  work: 16,
  answer: 17,
} as const;
/** States of rows in work queues, by the number that records have. */
export const WORK_STATES: readonly WorkStateName[] = ['free', 'delayed', 'dead'];
export const HAS_BEFORE = 1;
