import type { WeftError } from '@weft/base';
import { defineType, t, type AnyType, type ChangeReader, type FeedRequest } from '@weft/data';
import { expect, test } from 'vitest';
import { HEADER_BYTES } from '../record/record.ts';
import { insertRow, testLog } from '../log.fixture.ts';
import { ChangeHub } from './change-hub.ts';

const Pair = defineType('Pair', { id: t.int32(), n: t.int32().optional() }, { key: 'id' });
const Other = defineType('Other', { id: t.int32() }, { key: 'id' });

/** A hub over one log whose commits a test lets through. */
function hubOver(retainBytes = 1 << 20) {
  const { log } = testLog({ retainBytes });
  const host = {
    timers: { after: () => () => undefined },
    turns: { elapsedMs: () => 0, next: () => Promise.resolve() },
  };
  const hub = new ChangeHub({ logs: [log], id: 'test', host, turnOn: () => undefined });
  const open = (type: AnyType = Pair, start: FeedRequest['start'] = 'now'): ChangeReader => {
    const { schema } = type;
    const convertFrom = () => (values: unknown[]) => values;
    return hub.open({
      schema,
      where: undefined,
      overflow: 'block',
      bufferEvents: 100,
      start,
      group: undefined,
      convertFrom,
    });
  };
  return { log, hub, open };
}

/** Inserts a row whose effect is of a kind that there is not. */
function insertDamaged({ log }: ReturnType<typeof hubOver>, id: number): number {
  log.declare(Pair.schema);
  log.holdCommits();
  const at = log.ring.reader(log.lsn)!;
  const lsn = insertRow(log, Pair, [id, 1]);
  const place = at.next(lsn)!;
  place.bytes[place.start + HEADER_BYTES] = 77;
  return lsn;
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as WeftError).code;
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('a record that does not read ends those who listen with an error, and whoever comes later hears of what is behind it', async () => {
  const made = hubOver();
  const { log, open } = made;
  const [first, other] = [open(), open(Other)];
  insertRow(log, Pair, [1, 1]);
  const lsn = insertDamaged(made, 2);
  log.commits.commit(lsn);
  await turn();
  expect(first.take()?.step.value).toMatchObject({ type: 'insert', key: 1 });
  expect(() => first.take()).toThrow(
    expect.objectContaining({
      code: 'JOURNAL_DAMAGED',
      message: expect.stringContaining(`partition 0 does not read at lsn ${lsn}: an effect is of kind 77`),
    }),
  );
  expect(codeOf(() => other.take())).toBe('JOURNAL_DAMAGED');
  const late = open();
  log.holdCommits(false);
  insertRow(log, Pair, [3, 1]);
  await turn();
  expect(late.take()?.step.value).toMatchObject({ type: 'insert', key: 3 });
});

test('whoever stays hears on while others end, and a writer that tells of records itself is not disturbed', async () => {
  const made = hubOver(1 << 16);
  const { log, open } = made;
  const first = open();
  log.commits.commit(insertDamaged(made, 1));
  log.holdCommits(false);
  // More than may wait, in one turn of the writer.
  for (let id = 2; id < 1000; id++) insertRow(log, Pair, [id, 1]);
  expect(codeOf(() => first.take())).toBe('JOURNAL_DAMAGED');
  const second = open();
  insertRow(log, Pair, [5000, 1]);
  await turn();
  expect(second.take()?.step.value).toMatchObject({ type: 'insert', key: 5000 });
});

test('whoever reads the log itself meets the record, and is told', () => {
  const made = hubOver();
  const { log, open } = made;
  const first = open();
  const { position } = first;
  log.commits.commit(insertDamaged(made, 1));
  const behind = open(Pair, { from: position });
  expect(codeOf(() => behind.take())).toBe('JOURNAL_DAMAGED');
});
