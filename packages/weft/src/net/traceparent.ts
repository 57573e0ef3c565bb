import { WeftError } from '@weft/base';

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/**
 * Trace id and span id, 24 bytes, of a `traceparent` of W3C Trace Context (https://www.w3.org/TR/trace-context/); nothing for nothing. Throws
 * OPTION_INVALID.
 */
export function traceBytes(traceparent: string | undefined): Uint8Array | undefined {
  if (traceparent === undefined) return undefined;
  const found = FORM.exec(traceparent);
  if (found !== null) return Uint8Array.from(Buffer.from(found[1]! + found[2]!, 'hex'));
  throw new WeftError(
    'OPTION_INVALID',
    'connect: traceparent gives a text such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.',
  );
}
