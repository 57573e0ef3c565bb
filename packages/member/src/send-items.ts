import { Tell, type FrameWriter } from '@weft/protocol';
import type { Outlet } from './context.ts';

/** Bytes of items in one message, but for a longer item. */
const MESSAGE_BYTES_MAX = 64 * 1024;
const HEADER_BYTES = 17;

/** Items to be sent. */
export interface ItemRun<Item> {
  readonly seq: number;
  /** Number of the first. */
  readonly first: number;
  readonly items: readonly Item[];
  /** The first to send among them. */
  readonly from: number;
  readonly write: (frame: FrameWriter, item: Item) => void;
  /** Is told the bytes of each. */
  readonly onSent: (bytes: number) => void;
}

/** Sends one message of items, as many as fit. */
export function sendItems<Item>(outlet: Outlet, { seq, first, items, from, write, onSent }: ItemRun<Item>): void {
  const { out } = outlet;
  const begin = out.length;
  const target = out.room(HEADER_BYTES);
  target.u8(Tell.items);
  target.u32(seq);
  target.u32(first);
  target.at += 8;
  let at = from;
  let length = out.length;
  const start = length;
  do {
    write(out, items[at++]!);
    onSent(out.length - length);
    length = out.length;
  } while (at < items.length && length - start < MESSAGE_BYTES_MAX);
  out.patch(begin + 9, at - from);
  out.patch(begin + 13, length - start);
}
