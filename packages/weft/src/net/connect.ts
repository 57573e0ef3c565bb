import { parseDuration, WeftError, type Duration } from '@weft/base';
import { RemoteGrid } from '@weft/client';
import { checkOptionNames, type AnyType } from '@weft/data';
import { checkTypes } from '../check-types.ts';
import { watchOpen } from '../host/left-open.ts';
import { nodeHost } from '../host/node-host.ts';
import { nodeScope } from '../host/node-scope.ts';
import { nodeDialer } from './node-wire.ts';
import { traceBytes } from './traceparent.ts';
import { parseWeftUrl } from './weft-url.ts';

/** Options of `connect`. */
export interface ConnectOptions {
  /** Types to open at once; others are opened when `grid.space(Type)` first names them. */
  readonly types?: readonly AnyType[] | undefined;
  /** How long a call waits that does not say so itself: 30 seconds unless said otherwise. */
  readonly timeout?: Duration | undefined;
  /** Whether types that the space does not have are made; `create` unless said otherwise, else they are TYPE_UNKNOWN. */
  readonly ensure?: 'create' | 'exists' | undefined;
  /**
   * Asked with each call: the `traceparent` of W3C Trace Context that it belongs to, which goes with it to its host.
   * @example traceparent: () => currentSpan()?.traceparent
   */
  readonly traceparent?: (() => string | undefined) | undefined;
  /** Stops connecting. */
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_DEFAULT = '30s';

/**
 * Opens a grid that other processes hold.
 *
 *     await using grid = await connect('weft://localhost:7420/demo', { types: [Order] });
 *
 * Throws OPTION_INVALID, UNREACHABLE, SPACE_UNKNOWN, PROTOCOL_MISMATCH, OVERLOADED, TYPE_UNKNOWN, TYPE_CONFLICT, DECLARATION_OUTDATED, TYPE_INVALID,
 * TIMEOUT, ABORTED.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<RemoteGrid> {
  checkOptionNames('connect', options, ['types', 'ensure', 'timeout', 'traceparent', 'signal']);
  const { addresses, space } = parseWeftUrl(url);
  const { types = [], ensure = 'create', signal } = options;
  checkTypes('connect', types);
  checkSignal(signal);
  if (ensure !== 'create' && ensure !== 'exists')
    throw new WeftError('OPTION_INVALID', "connect: ensure is 'create' or 'exists'.");
  const timeoutMs = parseDuration(options.timeout ?? TIMEOUT_DEFAULT, 'connect: timeout');
  const { traceparent } = options;
  const parts = {
    host: nodeHost(),
    dialer: nodeDialer,
    soon: (callback: () => void) => process.nextTick(callback),
    space,
    fingerprints: types.map(({ schema }) => schema.fingerprint),
    client: `weft node/${process.versions.node}`,
    trace: traceparent === undefined ? undefined : (): Uint8Array | undefined => traceBytes(traceparent()),
  };
  const grid = await RemoteGrid.open(addresses, parts, {
    timeoutMs,
    scope: nodeScope(),
    signal,
    watch: (opened) => watchOpen(opened, `The grid of connect for the space ${space}`),
  });
  try {
    await grid.ensure(types, ensure);
    return grid;
  } catch (error) {
    await grid.close();
    throw error;
  }
}

function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new WeftError('OPTION_INVALID', `connect: signal is an AbortSignal, not ${typeof signal}.`);
}
