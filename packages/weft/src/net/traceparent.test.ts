import { expect, test } from 'vitest';
import { traceBytes } from './traceparent.ts';

test('a traceparent is its two ids, and whatever else is refused', () => {
  const bytes = traceBytes('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')!;
  expect(Buffer.from(bytes).toString('hex')).toBe('4bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b7');
  expect(traceBytes(undefined)).toBeUndefined();
  for (const text of ['', '4bf92f35', '01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'])
    expect(() => traceBytes(text)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});
