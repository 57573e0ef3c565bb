import { WeftError } from '@weft/base';

export const PORT_DEFAULT = 7420;
/** Addresses that one URL may name. */
export const URL_HOSTS_MAX = 64;

/** What `connect` is to reach. */
export interface WeftUrl {
  /** `host:port`, `[::1]:port`, or the path of a Unix socket. */
  readonly addresses: readonly string[];
  readonly space: string;
}

/**
 * Reads `weft://host:7420,host2/space` and `weft+unix:///run/weft.sock/space`. Parts may be percent-encoded; a host without port has PORT_DEFAULT. Throws
 * OPTION_INVALID.
 */
export function parseWeftUrl(url: unknown): WeftUrl {
  if (typeof url !== 'string') throw invalid(`is no string but ${typeof url}`);
  const found = /^(weft|weft\+unix):\/\/([^?#]*)\/([^/?#]*)$/.exec(url);
  if (found === null) throw invalid(wrongForm(url));
  const [, scheme, place, name] = found as unknown as [string, string, string, string];
  const space = decoded(name, 'a space');
  if (space === '') throw invalid('names no space behind its last slash');
  if (scheme === 'weft+unix') return { addresses: [pathOf(place)], space };
  if (place.includes('@'))
    throw invalid('has a user or password, which Weft does not take: leave out what stands before the @');
  if (place.includes('/')) throw invalid('has more than the one slash between hosts and space');
  const hosts = place.split(',');
  if (hosts.length > URL_HOSTS_MAX) throw invalid(`names ${hosts.length} hosts, and may name ${URL_HOSTS_MAX}`);
  return { addresses: hosts.map(addressOf), space };
}

/** Host and port of an address as `parseWeftUrl` gives it. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}

/** The reverse of `splitAddress`. */
export function joinAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function addressOf(text: string): string {
  const found = /^(\[[\da-fA-F:.]+(?:%25[\w.-]+)?\]|[^:[\]]*)(?::([^:]*))?$/.exec(text);
  if (found === null)
    throw invalid(
      `has ${JSON.stringify(text)} for a host; an IPv6 address stands in brackets, as in weft://[::1]:7420/demo`,
    );
  const host = decoded(found[1]!, 'a host');
  if (!/^[\w.\-:[\]%]+$/.test(host))
    throw invalid(host === '' ? 'has an empty host' : `has ${JSON.stringify(host)} for a host`);
  return `${host}:${portOf(found[2])}`;
}

function portOf(text: string | undefined): number {
  if (text === undefined) return PORT_DEFAULT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw invalid(`has ${JSON.stringify(text)} for a port; ports go from 1 to 65535`);
  return port;
}

function pathOf(text: string): string {
  const path = decoded(text, 'a path');
  if (!path.startsWith('/'))
    throw invalid('does not begin with the absolute path of a socket, as weft+unix:///run/weft.sock/demo does');
  return path;
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`has ${what} that is not percent-encoded rightly`);
  }
}

function wrongForm(url: string): string {
  if (/[?#]/.test(url)) return 'has a query or fragment; options are the second argument of connect';
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(url)?.[1];
  if (scheme === undefined) return 'does not begin with weft:// or weft+unix://';
  if (scheme !== 'weft' && scheme !== 'weft+unix') return `begins with ${scheme}://, not weft:// or weft+unix://`;
  return 'names no space behind a slash';
}

/** Addresses may hold what nobody should read in a log, so they are not shown. */
function invalid(why: string): WeftError {
  return new WeftError(
    'OPTION_INVALID',
    `connect takes an address such as weft://localhost:7420/demo; the one given ${why}.`,
  );
}
