import { ProtocolFault } from './protocol-fault.ts';

/** What a client says of itself. */
export interface Hello {
  readonly space: string;
  /** What the client is, for logs: `weft/0.1.0 node/24.1.0`. */
  readonly client: string;
  /** The session to go on with; undefined for a new one. */
  readonly session: string | undefined;
}

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
}

export function checkHello(value: unknown): Hello {
  const { space, client, session } = (value ?? {}) as Partial<Record<keyof Hello, unknown>>;
  if (typeof space !== 'string' || typeof client !== 'string')
    throw new ProtocolFault('the hello does not say which space is wanted');
  if (session !== undefined && typeof session !== 'string')
    throw new ProtocolFault('the session of a hello is no text');
  return { space, client, session };
}

export function checkWelcome(value: unknown): Welcome {
  const welcome = (value ?? {}) as Partial<Welcome>;
  if (typeof welcome.session !== 'string' || typeof welcome.incarnation !== 'string' || !Array.isArray(welcome.hosts))
    throw new ProtocolFault('the welcome is not whole');
  return welcome as Welcome;
}
