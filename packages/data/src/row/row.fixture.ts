/** Test help: a type with one column of each sort that a row may have. */
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';

export const Sample = defineType(
  'Sample',
  {
    id: t.id(),
    region: t.string(),
    status: t.enum(['new', 'filled']).default('new'),
    note: t.string().optional(),
    tags: t.array(t.string()).default(['a']),
    at: t.timestamp().optional(),
    version: t.version(),
  },
  { routing: 'region' },
);
