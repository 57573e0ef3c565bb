/** Test help: types of a grid that is kept on disk, and directories for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineType, t } from '@weft/data';
import { afterEach } from 'vitest';

export const Order = defineType(
  'Order',
  {
    id: t.string(),
    account: t.string().index('hash'),
    qty: t.int32().index('ordered'),
    note: t.string().optional(),
    version: t.version(),
  },
  { key: 'id', routing: 'account', ttl: '1h' },
);
export const Later = defineType(
  'Order',
  {
    id: t.string(),
    account: t.string().index('hash'),
    amount: t.int64().from('qty').index('ordered'),
    note: t.string().optional(),
    tags: t.array(t.string()).default(['x']),
    version: t.version(),
  },
  { key: 'id', routing: 'account', ttl: '1h' },
);
export const Event = defineType('Event', { at: t.int64(), text: t.string() });
export const events = [
  { at: 1n, text: 'a' },
  { at: 2n, text: 'b' },
];

/** Orders of so many accounts; every third has no note. */
export const order = (n: number, accounts = 7) => ({
  id: `o${n}`,
  account: `a${n % accounts}`,
  qty: n,
  ...(n % 3 === 0 ? {} : { note: `n${n}` }),
});

/** Makes directories that are removed after the test. To be called once in a file of tests. */
export function temporaryDirectories(): () => Promise<string> {
  const directories: string[] = [];
  afterEach(async () => {
    for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
  });
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'weft-kept-'));
    directories.push(directory);
    return directory;
  };
}
