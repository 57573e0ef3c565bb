import { defineType, t } from '@weft/data';

/** A row by its key, written again and again: each value once in a run, so that a read says which write it saw. */
export const Register = defineType(
  'Register',
  { id: t.string(), value: t.int32(), version: t.version() },
  { key: 'id' },
);

/** Rows that stay: what is lost of them, and in which order, can be seen. All rows of a lane are of one partition. */
export const Ledger = defineType(
  'Ledger',
  { id: t.int32(), lane: t.int32(), padding: t.string().optional() },
  { key: 'id', routing: 'lane' },
);
