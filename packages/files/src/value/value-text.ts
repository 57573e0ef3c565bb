import type { Kind } from '@weft/data';
import { isoOfMicros, jsonWriter } from './json-value.ts';

/** Makes the text of a value of one kind, so that `textReader` reads it back exactly. */
export function textWriter(kind: Kind): (value: unknown) => string {
  switch (kind.name) {
    case 'timestamp':
      return kind.as === 'date' ? (value) => (value as Date).toISOString() : (value) => isoOfMicros(value as bigint);
    case 'bytes':
      return (value) => Buffer.from(value as Uint8Array).toString('base64');
    case 'json':
      return (value) => JSON.stringify(value);
    case 'array': {
      const write = jsonWriter(kind);
      return (value) => JSON.stringify(write(value));
    }
    default:
      return String;
  }
}
