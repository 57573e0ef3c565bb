import type { EventForm, FrameWriter } from '@weft/protocol';

/** Events whose bytes are kept, at most; and bytes of each. */
const EVENTS_MAX = 256;
const EVENT_BYTES_MAX = 16 * 1024;

/**
 * Writes events, each of which many may wait for: they have it as one object, and it becomes bytes once for all of them, over all connections. What only one
 * waits for is not kept.
 */
export class EncodedEvents {
  /** By the end of the lsn: events that are told about now lie close together. */
  readonly #slots: Slot[] = Array.from({ length: EVENTS_MAX }, () => ({ event: undefined, bytes: undefined }));

  write(frame: FrameWriter, event: object, form: EventForm): void {
    const { lsn } = event as { readonly lsn?: number };
    if (lsn === undefined) return form.write(frame, event);
    const slot = this.#slots[lsn % EVENTS_MAX]!;
    if (slot.event === event && slot.bytes !== undefined) return copy(frame, slot.bytes);
    const from = frame.length;
    form.write(frame, event);
    // The second who waits for it is seldom the last.
    slot.bytes = slot.event === event && frame.length - from <= EVENT_BYTES_MAX ? frame.copy(from) : undefined;
    slot.event = event;
  }
}

interface Slot {
  event: object | undefined;
  bytes: Uint8Array | undefined;
}

function copy(frame: FrameWriter, bytes: Uint8Array): void {
  const target = frame.room(bytes.length);
  target.bytes.set(bytes, target.at);
  target.at += bytes.length;
}
