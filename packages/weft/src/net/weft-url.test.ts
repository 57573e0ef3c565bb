import { expect, test } from 'vitest';
import { parseWeftUrl, splitAddress } from './weft-url.ts';

test.each([
  ['weft://localhost/demo', ['localhost:7420'], 'demo'],
  ['weft://localhost:7421/demo', ['localhost:7421'], 'demo'],
  ['weft://a,b:1,10.0.0.1:65535/demo', ['a:7420', 'b:1', '10.0.0.1:65535'], 'demo'],
  ['weft://[::1]:7421,[fe80::1%25eth0]/demo', ['[::1]:7421', '[fe80::1%eth0]:7420'], 'demo'],
  ['weft://h/my%20space%2F1', ['h:7420'], 'my space/1'],
  ['weft+unix:///run/weft.sock/demo', ['/run/weft.sock'], 'demo'],
  ['weft+unix:///run/with%20blank/weft.sock/demo', ['/run/with blank/weft.sock'], 'demo'],
])('%s names its hosts and its space', (url, addresses, space) => {
  expect(parseWeftUrl(url)).toEqual({ addresses, space });
});

test.each([
  [7420, 'is no string but number'],
  ['localhost:7420/demo', 'does not begin with weft://'],
  ['http://localhost/demo', 'begins with http://, not weft://'],
  ['weft://localhost', 'names no space'],
  ['weft://localhost/', 'names no space'],
  ['weft:///demo', 'has an empty host'],
  ['weft://a,,b/demo', 'has an empty host'],
  ['weft://a:0/demo', 'has "0" for a port'],
  ['weft://a:65536/demo', 'has "65536" for a port'],
  ['weft://a:/demo', 'has "" for a port'],
  ['weft://a:12x/demo', 'has "12x" for a port'],
  ['weft://::1/demo', 'stands in brackets'],
  ['weft://[::1/demo', 'stands in brackets'],
  ['weft://a b/demo', 'has "a b" for a host'],
  ['weft://a/b/demo', 'more than the one slash'],
  ['weft://a/%E0%A4%A', 'not percent-encoded rightly'],
  ['weft://a/demo?tls=1', 'options are the second argument'],
  ['weft://a/demo#x', 'options are the second argument'],
  ['weft+unix://run/weft.sock/demo', 'the absolute path of a socket'],
  ['weft+unix:///demo', 'the absolute path of a socket'],
  [`weft://${Array.from({ length: 65 }, () => 'a').join()}/demo`, 'names 65 hosts'],
])('%s is refused, and why is said', (url, why) => {
  expect(() => parseWeftUrl(url)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(why) }),
  );
});

test('a password in the address is refused, and not shown', () => {
  let message = '';
  try {
    parseWeftUrl('weft://me:secret@localhost/demo');
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain('user or password');
  expect(message).not.toContain('secret');
});

test('an address falls into host and port', () => {
  expect(splitAddress('[::1]:7420')).toEqual({ host: '::1', port: 7420 });
  expect(splitAddress('localhost:1')).toEqual({ host: 'localhost', port: 1 });
});
