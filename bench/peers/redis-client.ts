import { Redis } from 'ioredis';
import { pinned } from '../harness/versions.ts';

/** ioredis as it is quickest with many calls at a time: those of one turn go out together. */
export async function redisClient(port: number): Promise<Redis> {
  const client = new Redis({ host: '127.0.0.1', port, enableAutoPipelining: true, lazyConnect: true });
  await client.connect();
  return client;
}

/** `ioredis 6.0.0, redis-server 7.0.15`. */
export async function redisName(client: Redis): Promise<string> {
  const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1];
  return `${pinned('ioredis')}, redis-server ${version}`;
}
