/** The types of the churn: every way that memory can come and go. */
import { defineType, t } from '@weft/data';

export const Event = defineType(
  'Event',
  {
    id: t.string(),
    /** A new value every few thousand rows, for ever: no value comes back. */
    day: t.string().index('hash'),
    /** A new value every few rows: thousands at a time. */
    batch: t.string(),
    at: t.int32().index('ordered'),
    size: t.float64(),
    note: t.string().optional(),
    body: t.bytes().optional(),
    doc: t.json<unknown>().optional(),
    version: t.version(),
  },
  { key: 'id' },
);

export const Session = defineType(
  'Session',
  { id: t.int32(), user: t.string(), seen: t.int32().index('ordered'), data: t.string().optional() },
  { key: 'id', evict: { policy: 'lru', maxRows: 20_000 } },
);
