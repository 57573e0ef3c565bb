import { parseDuration, WeftError, type Duration } from '@weft/base';
import { RemoteGrid } from '@weft/client';
import { checkOptionNames, type AnyType } from '@weft/data';
import { nodeHost } from '../host/node-host.ts';
import { nodeScope } from '../host/node-scope.ts';
import { nodeDialer } from './node-wire.ts';
import { traceBytes } from './traceparent.ts';

/** Options of `connect`. */
export interface ConnectOptions {
  /** Types to open at once; others are opened when `grid.space(Type)` first names them. */
  readonly types?: readonly AnyType[] | undefined;
  /** How long a call waits that does not say so itself: 30 seconds unless said otherwise. */
  readonly timeout?: Duration | undefined;
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
 * Throws OPTION_INVALID, UNREACHABLE, SPACE_UNKNOWN, PROTOCOL_MISMATCH, TYPE_CONFLICT, DECLARATION_OUTDATED, ABORTED.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<RemoteGrid> {
  checkOptionNames('connect', options, ['types', 'timeout', 'traceparent', 'signal']);
  const { addresses, space } = parseUrl(url);
  const timeoutMs = parseDuration(options.timeout ?? TIMEOUT_DEFAULT, 'connect: timeout');
  const parts = {
    host: nodeHost(),
    dialer: nodeDialer,
    soon: (callback: () => void) => process.nextTick(callback),
    space,
    client: `weft node/${process.versions.node}`,
  };
  const { traceparent } = options;
  const trace = traceparent === undefined ? undefined : (): Uint8Array | undefined => traceBytes(traceparent());
  const grid = await RemoteGrid.open(addresses, parts, { timeoutMs, trace, scope: nodeScope() });
  try {
    await grid.ensure(options.types ?? []);
    return grid;
  } catch (error) {
    await grid.close();
    throw error;
  }
}

function parseUrl(url: string): { readonly addresses: readonly string[]; readonly space: string } {
  const socket = /^weft\+unix:\/\/(\/.+)\/([^/?#]+)$/.exec(url);
  if (socket !== null) return { addresses: [socket[1]!], space: socket[2]! };
  const found = /^weft:\/\/([^/]+)\/([^/?#]+)$/.exec(url);
  if (found === null)
    throw new WeftError(
      'OPTION_INVALID',
      'connect takes an address such as weft://localhost:7420/demo or weft+unix:///run/weft.sock/demo.',
    );
  return { addresses: found[1]!.split(','), space: found[2]! };
}
