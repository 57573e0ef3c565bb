import { Tell, type FrameWriter } from '@weft/protocol';
import type { Replies } from './context.ts';

/** Sends items of a stream, the first of which has this number. Where there is no connection nothing is sent. */
export function sendItems(
  { outlet }: Replies,
  seq: number,
  first: number,
  items: readonly object[],
  write: (frame: FrameWriter, item: object) => void,
): void {
  if (outlet === undefined) return;
  const target = outlet.out.room(13);
  target.u8(Tell.items);
  target.u32(seq);
  target.u32(first);
  target.u32(items.length);
  for (const item of items) write(outlet.out, item);
  outlet.flushSoon();
}
