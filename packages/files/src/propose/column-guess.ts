import type { Kind } from '@weft/data';
import { instantText } from '../value/instant.ts';

/** Distinct values that are remembered of a column: past them it is no enum, and its uniqueness is by hash no more. */
const DISTINCT_MAX = 1_000_000;
/** Members of a proposed enum at most, and how often each must have been seen on average. */
const MEMBERS_MAX = 16;
const SEEN_MIN = 20;
const INT32_MAX = 2n ** 31n - 1n;
const INT64_MAX = 2n ** 63n - 1n;
/** Digits of a decimal column at most. */
const DECIMAL_DIGITS_MAX = 18;

const INTEGER = /^[+-]?(?:0|[1-9]\d{0,18})$/;
/** A whole number of more digits than every double keeps. */
const WHOLE_LONG = /^[+-]?\d{16,}$/;
const FRACTION = /^[+-]?(?:0|[1-9]\d{0,17})\.(\d{1,17})$/;
const NUMBER = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/;
const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What a column may be, by the texts that were seen of it. */
export class ColumnGuess {
  readonly name: string;
  #seen = 0;
  #absent = 0;
  #isBool = true;
  #isInteger = true;
  #isFraction = true;
  #isNumber = true;
  /** Whether a double tells every whole number that was seen from its neighbours. */
  #isDouble = true;
  #isUuid = true;
  #isDate = true;
  #isTime = true;
  #isZoned = true;
  #isLocal = true;
  #isFine = false;
  #isWide = false;
  #scale = -1;
  #digits = 0;
  #hasDuplicate = false;
  /** Whether all values were integers, each above the one before: then none came twice, however many there are. */
  #isRising = true;
  #last: bigint | undefined;
  readonly #distinct = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  get isOptional(): boolean {
    return this.#absent > 0;
  }

  /** Whether every record had a value, and no two the same, as far as was remembered. */
  get isUnique(): boolean {
    return this.#seen > 0 && this.#absent === 0 && (this.#isRising || !this.#hasDuplicate);
  }

  addNone(): void {
    this.#absent++;
  }

  add(text: string): void {
    this.#seen++;
    if (this.#distinct.has(text)) this.#hasDuplicate = true;
    else if (this.#distinct.size < DISTINCT_MAX) this.#distinct.add(text);
    // Past the bound nobody knows.
    else this.#hasDuplicate = true;
    if (this.#isRising) this.#addRising(text);
    if (this.#isBool) this.#isBool = /^(?:true|false|t|f)$/i.test(text);
    if (this.#isUuid) this.#isUuid = UUID.test(text);
    if (this.#isNumber) this.#addNumber(text);
    if (this.#isTime) this.#addTime(text);
  }

  /** The narrowest kind that holds all that was seen. */
  kind(): Kind {
    if (this.#seen === 0) return { name: 'string' };
    if (this.#isBool) return { name: 'bool' };
    if (this.#isInteger) return { name: this.#isWide ? 'int64' : 'int32' };
    if (this.#isFraction && this.#scale > 1 && this.#digits <= DECIMAL_DIGITS_MAX)
      return { name: 'decimal', precision: DECIMAL_DIGITS_MAX, scale: this.#scale };
    // A longer whole number is an id or a count: a double would round it without a word.
    if (this.#isNumber && this.#isDouble) return { name: 'float64' };
    if (this.#isUuid) return { name: 'uuid' };
    if (this.#isDate) return { name: 'date' };
    if (this.#isTime && this.#isZoned) return { name: 'timestamp', as: this.#isFine ? 'micros' : 'date' };
    if (this.#isTime && this.#isLocal) return { name: 'localTimestamp' };
    return this.#isEnum() ? { name: 'enum', members: [...this.#distinct].toSorted() } : { name: 'string' };
  }

  #isEnum(): boolean {
    const { size } = this.#distinct;
    return size <= MEMBERS_MAX && this.#seen >= size * SEEN_MIN && !this.#distinct.has('');
  }

  #addNumber(text: string): void {
    this.#isNumber = NUMBER.test(text);
    if (WHOLE_LONG.test(text) && !Number.isSafeInteger(Number(text))) this.#isDouble = false;
    if (this.#isInteger) this.#addInteger(text);
    if (this.#isFraction) this.#addFraction(text);
  }

  #addRising(text: string): void {
    const value = INTEGER.test(text) ? BigInt(text) : undefined;
    this.#isRising = value !== undefined && (this.#last === undefined || value > this.#last);
    this.#last = value;
  }

  /** A number that begins with a zero is a code of some kind, which would lose it. */
  #addInteger(text: string): void {
    this.#isInteger = INTEGER.test(text);
    if (!this.#isInteger) {
      if (/^[+-]?0\d+$/.test(text)) this.#isNumber = this.#isFraction = false;
      return;
    }
    const value = BigInt(text);
    if (value > INT64_MAX || value < -INT64_MAX - 1n) this.#isInteger = false;
    else if (value > INT32_MAX || value < -INT32_MAX - 1n) this.#isWide = true;
  }

  /** As many digits behind the point in every value: an exact decimal. */
  #addFraction(text: string): void {
    const scale = FRACTION.exec(text)?.[1]?.length;
    if (scale === undefined || (this.#scale >= 0 && this.#scale !== scale)) {
      this.#isFraction = false;
      return;
    }
    this.#scale = scale;
    this.#digits = Math.max(this.#digits, text.replace(/\D/g, '').length);
  }

  #addTime(text: string): void {
    const parts = instantText(text);
    if (this.#isDate) this.#isDate = DATE.test(text) && parts !== undefined;
    this.#isTime = parts !== undefined && text.length > 10;
    if (parts === undefined) this.#isDate = false;
    if (parts === undefined || !this.#isTime) {
      // Dates alone are no times.
      this.#isTime = this.#isDate;
      return;
    }
    if (!parts.hasZone) this.#isZoned = false;
    else this.#isLocal = false;
    if (parts.local.length > 23) this.#isFine = true;
  }
}
