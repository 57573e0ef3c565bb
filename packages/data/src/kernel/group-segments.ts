import { SEGMENT_HEADER_BYTES, SEGMENT_RECORDS, DIRECTORY_BITS_MAX } from './group-shape.ts';
import { ABSENT, DATA, FULL, GROUPS, SHIFT } from './header.ts';
import { NO_KEY } from './read-keys.ts';
import { type RecordSpan, RECORDS_PER_SPAN } from './read-records.ts';
import type { KernelExports, Scratch } from './scratch.ts';

/** Places of a segment's numbers in its header. */
const DEPTH = 4;
const PREFIX = 8;

/** The host's side of groups by extendible hashing: the segments in a scratch, and the directory that leads to them. */
export class GroupSegments {
  readonly #scratch: Scratch;
  readonly #recordBytes: number;
  readonly #segmentBytes: number;
  readonly #addresses: number[] = [];
  /** Bits that the directory looks at: one at least, because no shift gives nothing. */
  #bits = 1;
  /** Where a segment is copied to while it is divided. */
  readonly #spare: number;

  /** Writes directory, two empty segments and the record of absent keys to the scratch. */
  constructor(scratch: Scratch, recordBytes: number) {
    this.#scratch = scratch;
    this.#recordBytes = recordBytes;
    this.#segmentBytes = SEGMENT_HEADER_BYTES + SEGMENT_RECORDS * recordBytes;
    scratch.setHeader(ABSENT, scratch.allocate(recordBytes));
    scratch.setHeader(GROUPS, 0);
    const directory = scratch.allocate(2 * 4);
    this.#spare = scratch.allocate(this.#segmentBytes);
    for (const prefix of [0, 1]) scratch.setHeader(directory + prefix * 4, this.#add(1, prefix));
    this.#setDirectory(directory);
  }

  /** Groups, without that of absent keys. */
  get count(): number {
    return this.#scratch.header(GROUPS);
  }

  /** Makes room in the segment that a call found full; false where its records share too many bits of their hashes. */
  makeRoom(kernel: KernelExports): boolean {
    const scratch = this.#scratch;
    const lower = scratch.header(FULL);
    const depth = scratch.header(lower + DEPTH);
    if (depth === DIRECTORY_BITS_MAX) return false;
    if (depth === this.#bits) this.#doubleDirectory();
    const prefix = scratch.header(lower + PREFIX) * 2;
    scratch.move(this.#spare, lower, this.#segmentBytes);
    this.#begin(lower, depth + 1, prefix);
    const upper = this.#add(depth + 1, prefix + 1);
    kernel.divide(this.#spare, lower, upper, depth);
    const span = 2 ** (this.#bits - depth - 1);
    const directory = scratch.header(DATA);
    for (let at = 0; at < span; at++) scratch.setHeader(directory + ((prefix + 1) * span + at) * 4, upper);
    return true;
  }

  /** All records, in portions for one step each. */
  spans(): RecordSpan[] {
    const spans: RecordSpan[] = [{ address: this.#scratch.header(ABSENT), first: NO_KEY, count: 1 }];
    for (const segment of this.#addresses) {
      for (let record = 0; record < SEGMENT_RECORDS; record += RECORDS_PER_SPAN) {
        const address = segment + SEGMENT_HEADER_BYTES + record * this.#recordBytes;
        spans.push({ address, first: record, count: RECORDS_PER_SPAN });
      }
    }
    return spans;
  }

  #add(depth: number, prefix: number): number {
    const address = this.#scratch.allocate(this.#segmentBytes);
    this.#addresses.push(address);
    this.#begin(address, depth, prefix);
    return address;
  }

  #begin(address: number, depth: number, prefix: number): void {
    this.#scratch.setHeader(address, 0);
    this.#scratch.setHeader(address + DEPTH, depth);
    this.#scratch.setHeader(address + PREFIX, prefix);
  }

  #doubleDirectory(): void {
    const scratch = this.#scratch;
    const narrow = scratch.header(DATA);
    const wide = scratch.allocate(2 ** ++this.#bits * 4);
    for (let at = 0; at < 2 ** this.#bits; at++)
      scratch.setHeader(wide + at * 4, scratch.header(narrow + (at >> 1) * 4));
    this.#setDirectory(wide);
  }

  #setDirectory(address: number): void {
    this.#scratch.setHeader(DATA, address);
    this.#scratch.setHeader(SHIFT, 64 - this.#bits);
  }
}
