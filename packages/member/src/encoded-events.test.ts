import { expect, test } from 'vitest';
import { FrameWriter, type EventForm } from '@weft/protocol';
import { ENCODED_EVENT_BYTES_MAX, ENCODED_EVENTS_MAX, EncodedEvents } from './encoded-events.ts';

/** Writes an event as so many bytes, and counts how often. */
function form() {
  const counted = { written: 0 };
  const write = (frame: FrameWriter, { size }: { readonly size: number }): void => {
    counted.written++;
    frame.room(size).at += size;
  };
  return { counted, form: { write } as unknown as EventForm };
}

test('what several wait for becomes bytes twice, for however many', () => {
  const { counted, form: events } = form();
  const encoded = new EncodedEvents();
  const event = { lsn: 7, size: 100 };
  const frame = new FrameWriter();
  for (let reader = 0; reader < 10; reader++) encoded.write(frame, event, events);
  expect([counted.written, frame.length, encoded.keptBytes]).toEqual([2, 1000, 100]);
});

test('long events are not kept, and of the others only the last ones', () => {
  const { counted, form: events } = form();
  const encoded = new EncodedEvents();
  const long = { lsn: 0, size: ENCODED_EVENT_BYTES_MAX + 1 };
  encoded.write(new FrameWriter(), { lsn: 0, size: 5 }, events);
  for (let reader = 0; reader < 3; reader++) encoded.write(new FrameWriter(), long, events);
  expect([counted.written, encoded.keptBytes]).toEqual([4, 0]);
  for (let lsn = 0; lsn < 3 * ENCODED_EVENTS_MAX; lsn++)
    encoded.write(new FrameWriter(), { lsn, size: ENCODED_EVENT_BYTES_MAX }, events);
  expect(encoded.keptBytes).toBe(ENCODED_EVENTS_MAX * ENCODED_EVENT_BYTES_MAX);
});
