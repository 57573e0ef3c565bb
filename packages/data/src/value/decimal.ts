import { WeftError } from '@weft/base';

/** Digits behind the point at most: wide enough for every finite number's shortest text. */
export const DECIMAL_SCALE_MAX = 400;
/** Characters of a decimal text at most, so that no text costs more than a few microseconds. */
export const DECIMAL_TEXT_MAX = 1_000;

/** What `Decimal.from` takes. A number counts as its shortest text: 0.1 is one tenth. */
export type DecimalInput = Decimal | string | number | bigint;

/**
 * An exact decimal number, `unscaled / 10 ** scale`. Immutable. `1.5` and `1.50` differ in scale, and are equal.
 *
 *     Decimal.from('12.50').add(Decimal.from(1)).toString() // '13.50'
 */
export class Decimal {
  readonly unscaled: bigint;
  /** Digits behind the point, 0 to DECIMAL_SCALE_MAX. */
  readonly scale: number;

  /** For values already known to be right; `Decimal.from` is the checked way. */
  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /**
   * The number exactly, with the digits behind the point that its text has, or with `scale` of them.
   *
   * Throws VALUE_INVALID where the input is not a finite decimal number, VALUE_OUT_OF_RANGE where `scale` would
   * drop digits other than zero or either bound above is passed.
   */
  static from(input: DecimalInput, scale?: number): Decimal {
    const value = parse(input);
    return scale === undefined ? value : value.rescale(scale);
  }

  /** The same number with another scale. Throws VALUE_OUT_OF_RANGE where a digit other than zero would be lost. */
  rescale(scale: number): Decimal {
    if (scale === this.scale) return this;
    checkScale(scale);
    if (scale > this.scale) return new Decimal(this.unscaled * powerOfTen(scale - this.scale), scale);
    const divisor = powerOfTen(this.scale - scale);
    if (this.unscaled % divisor !== 0n) throw digitLoss(scale);
    return new Decimal(this.unscaled / divisor, scale);
  }

  /** The nearest number with that scale; halves go away from zero, as in PostgreSQL. */
  round(scale: number): Decimal {
    if (scale >= this.scale) return this.rescale(scale);
    checkScale(scale);
    const divisor = powerOfTen(this.scale - scale);
    const half = divisor / 2n;
    return new Decimal((this.unscaled < 0n ? this.unscaled - half : this.unscaled + half) / divisor, scale);
  }

  /** The sum, with the larger of the two scales. */
  add(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(unscaledAt(this, scale) + unscaledAt(other, scale), scale);
  }

  /** The difference, with the larger of the two scales. */
  sub(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(unscaledAt(this, scale) - unscaledAt(other, scale), scale);
  }

  /** The product, with the sum of the two scales. Throws VALUE_OUT_OF_RANGE past DECIMAL_SCALE_MAX. */
  mul(other: Decimal): Decimal {
    const scale = this.scale + other.scale;
    checkScale(scale);
    return new Decimal(this.unscaled * other.unscaled, scale);
  }

  negate(): Decimal {
    return new Decimal(-this.unscaled, this.scale);
  }

  /** Negative, zero or positive as this number is less than, equal to or greater than the other. Exact. */
  compare(other: Decimal): number {
    let a = this.unscaled;
    let b = other.unscaled;
    if (this.scale < other.scale) a *= powerOfTen(other.scale - this.scale);
    else if (this.scale > other.scale) b *= powerOfTen(this.scale - other.scale);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** Whether both are the same number, whatever their scales. */
  equals(other: Decimal): boolean {
    return this.compare(other) === 0;
  }

  /** All digits, with exactly `scale` of them behind the point: '-0.50'. `Decimal.from` reads it back. */
  toString(): string {
    const text = this.unscaled.toString();
    if (this.scale === 0) return text;
    const sign = text.startsWith('-') ? '-' : '';
    const digits = text.slice(sign.length).padStart(this.scale + 1, '0');
    const point = digits.length - this.scale;
    return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  /** The nearest double, as JavaScript reads the text. */
  toNumber(): number {
    const { unscaled, scale } = this;
    // Both operands are exact doubles, so the one division rounds correctly.
    if (unscaled <= SAFE_MAX && unscaled >= -SAFE_MAX && scale < EXACT_POWERS.length) {
      return Number(unscaled) / EXACT_POWERS[scale];
    }
    return Number(this.toString());
  }

  /** The text: json has no exact decimals. */
  toJSON(): string {
    return this.toString();
  }

  /**
   * Operators of JavaScript get a number where they want one, so that `a < b` and `a - b` are right as far as doubles
   * go; everything else gets the text. TypeScript refuses both: use `compare`, `add`, `sub`.
   */
  [Symbol.toPrimitive](hint: string): string | number {
    return hint === 'number' ? this.toNumber() : this.toString();
  }

  get [Symbol.toStringTag](): string {
    return 'Decimal';
  }

  /** What `console.log` prints in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Decimal(${this.toString()})`;
  }
}

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);
/** 1e0 to 1e22: the powers of ten that are exact doubles. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const BIG_POWERS = Array.from({ length: 39 }, (_, exponent) => 10n ** BigInt(exponent));

function powerOfTen(exponent: number): bigint {
  return exponent < BIG_POWERS.length ? BIG_POWERS[exponent] : 10n ** BigInt(exponent);
}

function unscaledAt(value: Decimal, scale: number): bigint {
  return value.scale === scale ? value.unscaled : value.unscaled * powerOfTen(scale - value.scale);
}

function parse(input: DecimalInput): Decimal {
  if (input instanceof Decimal) return input;
  if (typeof input === 'bigint') return new Decimal(input, 0);
  if (typeof input === 'string') return parseText(input);
  if (typeof input === 'number' && Number.isFinite(input)) return parseText(String(input));
  throw notDecimal(typeof input === 'number' ? 'a number that is not finite' : describe(input));
}

const DECIMAL_TEXT = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

function parseText(text: string): Decimal {
  if (text.length > DECIMAL_TEXT_MAX) {
    throw new WeftError('VALUE_OUT_OF_RANGE', `Decimal: the text is longer than ${DECIMAL_TEXT_MAX} characters.`);
  }
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) throw notDecimal('a string of another form');
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const unscaled = sign === '-' ? -digits : digits;
  const scale = fraction.length - Number(exponent);
  if (scale >= 0) {
    checkScale(scale);
    return new Decimal(unscaled, scale);
  }
  checkScale(-scale);
  return new Decimal(unscaled * powerOfTen(-scale), 0);
}

function checkScale(scale: number): void {
  if (Number.isInteger(scale) && scale >= 0 && scale <= DECIMAL_SCALE_MAX) return;
  throw new WeftError('VALUE_OUT_OF_RANGE', `Decimal: the scale must be an integer from 0 to ${DECIMAL_SCALE_MAX}.`);
}

function digitLoss(scale: number): WeftError {
  return new WeftError(
    'VALUE_OUT_OF_RANGE',
    `Decimal: the number has more than ${scale} digits behind the point; round(${scale}) drops them.`,
  );
}

function notDecimal(got: string): WeftError {
  return new WeftError('VALUE_INVALID', `Decimal: expected a decimal number such as '12.50', 12.5 or 12n, got ${got}.`);
}

function describe(input: unknown): string {
  return input === null ? 'null' : `a value of type ${typeof input}`;
}
