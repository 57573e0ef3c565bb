import type { Decimal } from '../value/decimal.ts';
import type { Kind } from '../type/schema.ts';

/** What a `Map` or `Set` can tell apart: equal values of a kind have equal identities, different ones different. */
export type Identity = string | number | bigint | boolean;

/**
 * The identity of present values of a kind, for grouping, distinct values and lists.
 *
 * Decimals of one column share a scale, so the unscaled value suffices.
 */
export function identityOf(kind: Kind): (value: unknown) => Identity {
  switch (kind.name) {
    case 'decimal':
      return (value) => (value as Decimal).unscaled;
    case 'timestamp':
      return kind.as === 'date' ? (value) => (value as Date).getTime() : itself;
    case 'bytes':
      return (value) => bytesText(value as Uint8Array);
    case 'array': {
      const element = identityOf(kind.element);
      return (value) => (value as readonly unknown[]).map((item) => framed(String(element(item)))).join('');
    }
    case 'json':
      return canonicalJson;
    default:
      return itself;
  }
}

/** One text per json value: properties sorted by name, so that their order does not count. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  const fields = names.map(
    (name) => `${JSON.stringify(name)}:${canonicalJson((value as Record<string, unknown>)[name])}`,
  );
  return `{${fields.join(',')}}`;
}

function itself(value: unknown): Identity {
  return value as Identity;
}

/** Length first, so that no two lists of texts run together alike. */
function framed(text: string): string {
  return `${text.length}:${text}`;
}

function bytesText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
