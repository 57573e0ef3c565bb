import { defineType, t, type Infer } from '@weft/data';

/** One departure of the United States' domestic timetable. */
export const Flight = defineType(
  'Flight',
  {
    /** The row's number in the file; later laps count on. */
    id: t.int64(),
    /** Departure. */
    date: t.timestamp().index('ordered'),
    /** Minutes late; negative is early. */
    delay: t.int16(),
    /** Miles. */
    distance: t.int16(),
    /** Airport codes of three letters. */
    origin: t.string(),
    destination: t.string(),
  },
  { key: 'id' },
);

export type FlightRow = Infer<typeof Flight>;
