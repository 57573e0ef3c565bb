import { utf8Length } from '@weft/base';
import { describeValue, tooLarge, tooManyBytes, wrongForm, wrongType, type Place } from './check-errors.ts';
import { JSON_DEPTH_MAX, VALUE_BYTES_MAX } from './limits.ts';

/** A json value as JavaScript has it. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Bounds of the text's bytes, kept while copying, so that the text is made only where they do not decide. */
interface Extent {
  bytesMin: number;
  bytesMax: number;
}

/**
 * A deep copy that holds only json, so that later changes of the caller's objects do not reach the row. Properties
 * that are `undefined` are left out, as `JSON.stringify` does; -0 becomes 0. Refuses instances of classes, `toJSON`,
 * holes, numbers that are not finite, and depth beyond JSON_DEPTH_MAX, which also ends cycles.
 */
export function checkJson(place: Place, value: unknown): JsonValue {
  const extent = { bytesMin: 0, bytesMax: 0 };
  const copy = copyOf(place, value, 0, extent);
  if (extent.bytesMax > VALUE_BYTES_MAX && utf8Length(JSON.stringify(copy)) > VALUE_BYTES_MAX) tooManyBytes(place);
  return copy;
}

function copyOf(place: Place, value: unknown, depth: number, extent: Extent): JsonValue {
  switch (typeof value) {
    case 'string':
      return copyString(place, value, extent);
    case 'number':
      if (!Number.isFinite(value)) wrongForm(place, 'a json number that is not finite');
      grow(place, extent, 1, 25);
      return value === 0 ? 0 : value;
    case 'boolean':
      grow(place, extent, 4, 6);
      return value;
    case 'object':
      if (value === null) {
        grow(place, extent, 4, 5);
        return null;
      }
      if (depth >= JSON_DEPTH_MAX) tooDeep(place);
      return Array.isArray(value) ? copyArray(place, value, depth, extent) : copyObject(place, value, depth, extent);
    default:
      return depth === 0 ? wrongType(place, value) : wrongForm(place, `${describeValue(value)} inside it`);
  }
}

function copyString(place: Place, value: string, extent: Extent): string {
  // An escaped code unit takes six bytes ('\u0007'); quotes and a comma or colon take three.
  grow(place, extent, value.length, value.length * 6 + 3);
  if (!value.isWellFormed()) wrongForm(place, 'a json string with a lone surrogate');
  return value;
}

function copyArray(place: Place, value: readonly unknown[], depth: number, extent: Extent): JsonValue {
  grow(place, extent, 2, 3);
  const copy: JsonValue[] = [];
  for (let index = 0; index < value.length; index++) copy.push(copyOf(place, value[index], depth + 1, extent));
  return copy;
}

function copyObject(place: Place, value: object, depth: number, extent: Extent): JsonValue {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm has a prototype that is itself the end of the chain.
  const plain = prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
  if (!plain || 'toJSON' in value)
    wrongForm(place, depth === 0 ? describeInstance(value) : 'an instance of a class inside it');
  grow(place, extent, 2, 3);
  const copy: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    copyString(place, key, extent);
    const memberCopy = copyOf(place, member, depth + 1, extent);
    if (key === '__proto__') defineProto(copy, memberCopy);
    else copy[key] = memberCopy;
  }
  return copy;
}

function describeInstance(value: object): string {
  const description = describeValue(value);
  return description === 'an object' ? 'an instance of a class' : description;
}

/** Assignment would set the prototype; as an own property it is data like any other, as in `JSON.parse`. */
function defineProto(copy: Record<string, JsonValue>, value: JsonValue): void {
  Object.defineProperty(copy, '__proto__', { value, enumerable: true, configurable: true, writable: true });
}

/** The lower bound stops early what would take long to copy, such as one object referred to from everywhere. */
function grow(place: Place, extent: Extent, bytesMin: number, bytesMax: number): void {
  extent.bytesMin += bytesMin;
  extent.bytesMax += bytesMax;
  if (extent.bytesMin > VALUE_BYTES_MAX) tooManyBytes(place);
}

function tooDeep(place: Place): never {
  return tooLarge(place, `the json value is deeper than JSON_DEPTH_MAX, ${JSON_DEPTH_MAX}, or refers to itself`);
}
