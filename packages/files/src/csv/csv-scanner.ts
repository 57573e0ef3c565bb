/**
 * Finds the fields of one record of CSV after another, in bytes: RFC 4180, with any ASCII delimiter and quote, lines that end in LF
 * or CRLF, and quotes inside unquoted fields taken as they are.
 *
 * A record that breaks the rules of quotes is told as such, and the scanner goes on behind the line that it gave up in: so one stray
 * quote costs one line, not the rest of the file.
 */

const LF = 10;
const CR = 13;

/** What `scan` found. */
export type Scanned = 'record' | 'incomplete' | 'broken';

export class CsvScanner {
  /** Fields of the record. Only the first `fieldsMax` are noted. */
  fields = 0;
  /** By field: first byte and one past the last, without quotes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** By field: 0 plain, 1 quoted, 2 quoted with doubled quotes inside. */
  readonly quoted: Uint8Array;
  /** Where the next record begins, and the line ends between the two. */
  next = 0;
  lines = 0;
  readonly #delimiter: number;
  readonly #quote: number;
  /** 1 for bytes that end a plain field. */
  readonly #ends: Uint8Array;

  constructor(delimiter: number, quote: number, fieldsMax: number) {
    this.#delimiter = delimiter;
    this.#quote = quote;
    this.starts = new Int32Array(fieldsMax);
    this.ends = new Int32Array(fieldsMax);
    this.quoted = new Uint8Array(fieldsMax);
    this.#ends = new Uint8Array(256);
    this.#ends[delimiter] = this.#ends[LF] = 1;
  }

  /** Scans the record that begins at `from`. `isLast`: nothing follows behind `end`. */
  scan(bytes: Uint8Array, from: number, end: number, isLast: boolean): Scanned {
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const endsField = this.#ends;
    const fieldsMax = this.starts.length;
    let field = 0;
    let at = from;
    this.lines = 0;
    for (;;) {
      const isNoted = field < fieldsMax;
      if (at < end && bytes[at] === quote) {
        at = this.#quotedField(bytes, at, end, isNoted ? field : -1);
        if (at >= 0 && at < end && bytes[at] === CR) at = crBefore(bytes, at, end);
        if (at < 0) return this.#unclosed(bytes, from, end, isLast);
        if (at < end && bytes[at] !== delimiter && bytes[at] !== LF) return this.#broken(bytes, from, at, end, isLast);
      } else {
        const start = at;
        while (at < end && endsField[bytes[at]!] === 0) at++;
        if (isNoted) {
          this.starts[field] = start;
          this.ends[field] = at > start && bytes[at - 1] === CR && (at === end || bytes[at] === LF) ? at - 1 : at;
          this.quoted[field] = 0;
        }
      }
      field++;
      if (at < end && bytes[at] === delimiter) {
        at++;
        continue;
      }
      if (at === end && !isLast) return 'incomplete';
      this.fields = field;
      this.next = at === end ? end : at + 1;
      if (at < end) this.lines++;
      return 'record';
    }
  }

  /** Notes a quoted field. Where it ends: the byte behind its closing quote, −1 where there is none. */
  #quotedField(bytes: Uint8Array, from: number, end: number, field: number): number {
    const quote = this.#quote;
    let hasDoubled = false;
    let lines = 0;
    for (let at = from + 1; at < end; at++) {
      const byte = bytes[at];
      if (byte === LF) lines++;
      else if (byte === quote) {
        if (at + 1 < end && bytes[at + 1] === quote) {
          hasDoubled = true;
          at++;
          continue;
        }
        this.lines += lines;
        if (field >= 0) {
          this.starts[field] = from + 1;
          this.ends[field] = at;
          this.quoted[field] = hasDoubled ? 2 : 1;
        }
        return at + 1;
      }
    }
    return -1;
  }

  /** The record has a quote that never closes: the rest may still come, or its first line is given up. */
  #unclosed(bytes: Uint8Array, from: number, end: number, isLast: boolean): Scanned {
    return isLast ? this.skipLine(bytes, from, end) : 'incomplete';
  }

  #broken(bytes: Uint8Array, from: number, at: number, end: number, isLast: boolean): Scanned {
    const lineEnd = bytes.indexOf(LF, at);
    const isInside = lineEnd >= 0 && lineEnd < end;
    if (!isInside && !isLast) return 'incomplete';
    this.next = isInside ? lineEnd + 1 : end;
    this.lines = linesIn(bytes, from, this.next);
    return 'broken';
  }

  /** Gives up the line at `from`. */
  skipLine(bytes: Uint8Array, from: number, end: number): Scanned {
    const lineEnd = bytes.indexOf(LF, from);
    this.next = lineEnd >= 0 && lineEnd < end ? lineEnd + 1 : end;
    this.lines = linesIn(bytes, from, this.next);
    return 'broken';
  }
}

/** The CR of a CRLF, or of the last byte, is part of the line end. */
function crBefore(bytes: Uint8Array, at: number, end: number): number {
  return at + 1 === end || bytes[at + 1] === LF ? at + 1 : at;
}

function linesIn(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF, from); at >= 0 && at < to; at = bytes.indexOf(LF, at + 1)) lines++;
  return lines;
}
