import type { Dialer } from '@weft/base';
import type { Host } from '../host.ts';

/** What the way to a host is made of. */
export interface LinkParts {
  readonly host: Host;
  readonly dialer: Dialer;
  /** Calls back once the present run of code has ended: what was asked in it goes out in one frame. */
  readonly soon: (callback: () => void) => void;
  readonly space: string;
  readonly client: string;
  /** Trace id and span id of whoever calls now, 24 bytes; nothing where nobody traces. */
  readonly trace?: (() => Uint8Array | undefined) | undefined;
  /** Other SESSION_CALLS_MAX and SESSION_CALLS_END, for tests. */
  readonly sessionCalls?: readonly [max: number, end: number] | undefined;
  /** Of the declarations that will be used, as far as they are known. */
  readonly fingerprints?: readonly string[];
}
