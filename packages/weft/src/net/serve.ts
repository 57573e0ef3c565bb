import type { Grid } from '@weft/client';
import { Member, type MemberEvent } from '@weft/member';
import { nodeHost } from '../host/node-host.ts';
import { listenOn } from './node-wire.ts';

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
export async function serve({ port, ...options }: ServeOptions): Promise<Serving> {
  const hosts = [{ address: '', firstPartition: 0 }];
  const member = new Member({ ...options, host: nodeHost(), hosts });
  const server = await listenOn({ port, host: '127.0.0.1' }, (wire) => member.accept(wire));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    member,
    async close() {
      server.close();
      await member.drain();
    },
  };
}
