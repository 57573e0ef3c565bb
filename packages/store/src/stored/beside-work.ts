import type { Key, TypeSchema } from '@weft/data';
import { RecordBytes, RecordReader, RowImage, type WorkState } from '@weft/log';
import type { TablePort } from '../partition/table-port.ts';
import type { BesideRows } from './beside-rows.ts';

/** The key in the form that records have it in, as hexadecimal digits. */
export type WorkPiece = readonly [type: string, key: string, state: WorkState];

/** What work queues know of rows: how often they were handed out, delays, dead letters. Leases end with the process. */
export function besideWork(ports: ReadonlyMap<string, TablePort>): BesideRows {
  return {
    *image() {
      for (const port of ports.values()) {
        const keys = new KeyTexts(port.schema);
        for (const states of port.queue.saveStates())
          yield states.map(([key, state]): WorkPiece => [port.schema.name, keys.of(key), state]);
      }
    },
    restore(pieces) {
      for (const [type, key, state] of pieces as readonly WorkPiece[]) {
        const port = ports.get(type);
        if (port !== undefined) port.queue.restore(new KeyTexts(port.schema).read(key), state);
      }
    },
  };
}

/** Keys of one type as the pieces have them. */
export class KeyTexts {
  readonly #image: RowImage;

  constructor(schema: TypeSchema) {
    this.#image = new RowImage(schema);
  }

  of(key: Key): string {
    const target = new RecordBytes(this.#image.keyBytes(key));
    this.#image.writeKey(target, key);
    return Array.from(target.bytes.subarray(0, target.at), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  read(text: string): Key {
    const bytes = Uint8Array.from({ length: text.length / 2 }, (_, at) =>
      Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
    );
    return this.#image.readKey(new RecordReader(bytes, 0, bytes.length)) as Key;
  }
}
