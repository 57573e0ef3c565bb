import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { EventLog } from './event-log.ts';

function written(isJson: boolean, message: string): string {
  const out = new PassThrough({ encoding: 'utf8' });
  new EventLog(out, isJson, () => new Date(0)).warn('host 1', message);
  return String(out.read());
}

test('an event is a line with its time, its level and who says so', () => {
  expect(written(false, 'something\n')).toBe('1970-01-01T00:00:00.000Z warn  host 1: something\n');
});

test('further lines of an event are set in, so that none begins as an event does', () => {
  expect(written(false, 'a\nb')).toBe('1970-01-01T00:00:00.000Z warn  host 1: a\n    b\n');
});

test('for machines an event is one JSON object in a line', () => {
  const text = written(true, 'a\nb');
  expect(text.trimEnd()).not.toContain('\n');
  expect(JSON.parse(text)).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    from: 'host 1',
    message: 'a\nb',
  });
});

test('an event that is about a connection names its other end', () => {
  const out = new PassThrough({ encoding: 'utf8' });
  const event = { level: 'warn', from: 'host 0', message: 'a connection ends', peer: '127.0.0.1:5' } as const;
  for (const isJson of [false, true]) new EventLog(out, isJson, () => new Date(0)).write(event);
  expect(String(out.read())).toBe(
    '1970-01-01T00:00:00.000Z warn  host 0: a connection ends (127.0.0.1:5)\n' +
      '{"at":"1970-01-01T00:00:00.000Z","level":"warn","from":"host 0","message":"a connection ends","peer":"127.0.0.1:5"}\n',
  );
});

test('an event that is about a request of a trace names it', () => {
  const out = new PassThrough({ encoding: 'utf8' });
  const event = { level: 'warn', from: 'host 0', message: 'late', trace: 'a1' } as const;
  for (const isJson of [false, true]) new EventLog(out, isJson, () => new Date(0)).write(event);
  expect(String(out.read())).toBe(
    '1970-01-01T00:00:00.000Z warn  host 0: late (trace a1)\n' +
      '{"at":"1970-01-01T00:00:00.000Z","level":"warn","from":"host 0","message":"late","trace":"a1"}\n',
  );
});
