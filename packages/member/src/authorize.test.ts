import { expect, test } from 'vitest';
import { authorize, LOOPBACK } from './authorize.ts';
import type { RequestContext } from './context.ts';

test('whoever is on loopback may do everything, and nobody else anything', () => {
  const asked = (principal: string): void => authorize({ principal } as RequestContext);
  expect(() => asked(LOOPBACK)).not.toThrow();
  for (const stranger of ['', 'admin', 'loopback ', 'LOOPBACK']) expect(() => asked(stranger)).toThrow('one principal');
});
