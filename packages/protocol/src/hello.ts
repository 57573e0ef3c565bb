import { ProtocolFault } from './protocol-fault.ts';

/** What a client says of itself. */
export interface Hello {
  readonly space: string;
  /** What the client is, for logs: `weft/0.1.0 node/24.1.0`. */
  readonly client: string;
  /** The session to go on with; undefined for a new one. */
  readonly session: string | undefined;
  /** What it can beside the version of the protocol. */
  readonly features: readonly string[];
  /** Fingerprints of the declarations that it will use. */
  readonly types: readonly string[];
}

/** What an end of a connection can beside version 1: names, of which a connection uses those that both ends have. */
export const FEATURES: readonly string[] = [];

/** What the server answers. */
export interface Welcome {
  readonly space: string;
  /** Of this run of the server: another one has forgotten all sessions. */
  readonly incarnation: string;
  readonly session: string;
  /** Whether the session that was asked for is there still. */
  readonly isResumed: boolean;
  /** Partitions of the space, over all hosts. */
  readonly partitions: number;
  /** Where they are: by host its address and its first partition, in order; an empty address is the one that was dialled. */
  readonly hosts: readonly { readonly address: string; readonly firstPartition: number }[];
  /** Requests that may wait for their answer. */
  readonly inFlight: number;
  /** Of those of the hello, the ones that this connection uses. */
  readonly features: readonly string[];
  /** Of those of the hello, the ones that the host knows: their declarations need not be sent. */
  readonly types: readonly string[];
}

export function checkHello(value: unknown): Hello {
  const { space, client, session, features = [], types = [] } = (value ?? {}) as Partial<Record<keyof Hello, unknown>>;
  if (typeof space !== 'string' || typeof client !== 'string')
    throw new ProtocolFault('the hello does not say which space is wanted');
  if (session !== undefined && typeof session !== 'string')
    throw new ProtocolFault('the session of a hello is no text');
  if (!areTexts(features) || !areTexts(types))
    throw new ProtocolFault('features and types of a hello are lists of texts');
  return { space, client, session, features, types };
}

export function checkWelcome(value: unknown): Welcome {
  const welcome = (value ?? {}) as Partial<Welcome>;
  if (typeof welcome.session !== 'string' || typeof welcome.incarnation !== 'string' || !Array.isArray(welcome.hosts))
    throw new ProtocolFault('the welcome is not whole');
  if (!areTexts(welcome.features ?? []) || !areTexts(welcome.types ?? []))
    throw new ProtocolFault('features and types of a welcome are lists of texts');
  return { features: [], types: [], ...welcome } as unknown as Welcome;
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
