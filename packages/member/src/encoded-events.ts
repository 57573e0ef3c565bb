import type { EventForm, FrameWriter } from '@weft/protocol';

/** Events that are kept with their bytes. */
export const ENCODED_EVENTS_MAX = 256;
/** Bytes of each of them; a longer one is not kept, nor what it tells of. */
export const ENCODED_EVENT_BYTES_MAX = 16 * 1024;

/**
 * Writes events, each of which many may wait for: they have it as one object, and it becomes bytes once for all of them, over all connections. What only one
 * waits for is not kept.
 */
export class EncodedEvents {
  /** By the end of the lsn: events that are told about now lie close together. */
  readonly #slots: Slot[] = Array.from({ length: ENCODED_EVENTS_MAX }, () => ({
    event: undefined,
    bytes: undefined,
    length: 0,
  }));
  #keptBytes = 0;

  /** Of the events that are kept. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  write(frame: FrameWriter, event: object, form: EventForm): void {
    const { lsn } = event as { readonly lsn?: number };
    if (lsn === undefined) return form.write(frame, event);
    const slot = this.#slots[lsn % ENCODED_EVENTS_MAX]!;
    if (slot.event === event && slot.bytes !== undefined) return frame.room(slot.bytes.length).raw(slot.bytes);
    const from = frame.length;
    form.write(frame, event);
    const length = frame.length - from;
    const isKept = length <= ENCODED_EVENT_BYTES_MAX;
    // The second who waits for it is seldom the last.
    slot.bytes = isKept && slot.event === event ? frame.copy(from) : undefined;
    slot.event = isKept ? event : undefined;
    this.#keptBytes -= slot.length;
    this.#keptBytes += slot.length = isKept ? length : 0;
  }
}

interface Slot {
  event: object | undefined;
  bytes: Uint8Array | undefined;
  /** Of the event in bytes; 0 where there is none. */
  length: number;
}
