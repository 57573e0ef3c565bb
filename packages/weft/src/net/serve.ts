import type { Grid } from '@weft/client';
import { Member, type MemberEvent, type MemberOptions } from '@weft/member';
import { nodeHost } from '../host/node-host.ts';
import { threadTurns } from '../host/thread-turns.ts';
import { Door } from './door.ts';

/** What a host serves. */
export interface Served extends Pick<MemberOptions, 'space' | 'grid' | 'partitions' | 'log'> {
  /** The hosts of the space, as who comes over TCP reaches them; an empty address is the one that was dialled. */
  readonly hosts: MemberOptions['hosts'];
  /** The same for who comes over a Unix socket. */
  readonly sockets?: MemberOptions['hosts'] | undefined;
}

export interface ServeOptions {
  readonly space: string;
  readonly grid: Grid;
  readonly partitions: number;
  /** 0 for any that is free. */
  readonly port: number;
  readonly log: (event: MemberEvent) => void;
}

/** A host that listens. */
export interface Serving {
  readonly port: number;
  readonly member: Member;
  close(): Promise<void>;
}

/** Serves a grid of this thread to others, on loopback. */
export async function serve({ port, ...served }: ServeOptions): Promise<Serving> {
  const place = { address: '127.0.0.1', port, advice: 'choose another port', socket: undefined };
  const door = await Door.open(place);
  const member = serveBehind(door, { ...served, hosts: [{ address: '', firstPartition: 0 }] });
  return {
    port: door.port,
    member,
    async close() {
      await door.stopListening();
      await member.drain();
      await door.close();
    },
  };
}

/** Serves a grid of this thread to those who come in by the door. */
export function serveBehind(door: Door, { sockets, ...served }: Served): Member {
  const member = new Member({ ...served, host: nodeHost(threadTurns) });
  door.serve((wire, way) => (way === 'socket' ? member.accept(wire, sockets) : member.accept(wire)));
  return member;
}
