import { WeftError } from '@weft/base';
import { Decimal } from '@weft/data';

/** Levels of an answer that is kept. A row has few; what a transaction answers might go round in circles. */
const DEPTH_MAX = 200;
/** The property that marks what JSON has no form for. */
const MARK = '$weft';

/**
 * Answers as text and back: JSON, and marked objects for what JSON lacks (absent, bigint, Date, Decimal, bytes, NaN and the like). Throws
 * OPTION_INVALID for what is no plain data.
 */
export function encodeAnswer(answer: unknown): string {
  return JSON.stringify(packed(answer, 0));
}

export function decodeAnswer(text: string): unknown {
  return unpacked(JSON.parse(text) as unknown);
}

function packed(value: unknown, depth: number): unknown {
  if (depth > DEPTH_MAX) throw notPlain(`something more than ${DEPTH_MAX} levels deep`);
  switch (typeof value) {
    case 'undefined':
      return { [MARK]: 'undefined' };
    case 'bigint':
      return { [MARK]: 'bigint', value: String(value) };
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { [MARK]: 'number', value: Object.is(value, -0) ? '-0' : String(value) };
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : packedObject(value, depth);
    default:
      throw notPlain(`a ${typeof value}`);
  }
}

function packedObject(value: object, depth: number): unknown {
  if (Array.isArray(value)) return value.map((part) => packed(part, depth + 1));
  if (value instanceof Date) return { [MARK]: 'date', value: value.getTime() };
  if (value instanceof Decimal) return { [MARK]: 'decimal', value: String(value.unscaled), scale: value.scale };
  if (value instanceof Uint8Array) return { [MARK]: 'bytes', value: [...value] };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw notPlain(`an object of class ${value.constructor.name}`);
  const parts = Object.entries(value).map(([name, part]) => [name, packed(part, depth + 1)] as const);
  const object = Object.fromEntries(parts);
  return MARK in value ? { [MARK]: 'object', value: object } : object;
}

function unpacked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unpacked);
  if (!(MARK in value)) return mapped(value);
  const marked = value as { readonly [MARK]: string; readonly value: unknown; readonly scale: number };
  switch (marked[MARK]) {
    case 'bigint':
      return BigInt(marked.value as string);
    case 'number':
      return Number(marked.value);
    case 'date':
      return new Date((marked.value as number | null) ?? Number.NaN);
    case 'decimal':
      return new Decimal(BigInt(marked.value as string), marked.scale);
    case 'bytes':
      return Uint8Array.from(marked.value as number[]);
    case 'object':
      return mapped(marked.value as object);
    default:
      return undefined;
  }
}

function mapped(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpacked(part)]));
}

function notPlain(what: string): WeftError {
  return new WeftError(
    'OPTION_INVALID',
    `grid.transaction: with an idempotencyId the answer is kept, so it must be plain data, as rows are; it holds ${what}.`,
  );
}
