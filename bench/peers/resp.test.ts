import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RespClient } from './resp.ts';

/** A client of a server that answers the first bytes it gets with these, one at a time. */
async function answered(bytes: string, use: (client: RespClient, asked: () => string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-resp-'));
  const path = join(folder, 'socket');
  let asked = '';
  const server = createServer((socket: Socket) => {
    socket.on('data', (chunk) => (asked += chunk.toString()));
    socket.once('data', async () => {
      for (const byte of Buffer.from(bytes)) {
        socket.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const client = await RespClient.connect(path);
  try {
    await use(client, () => asked);
  } finally {
    client.close();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

test('replies come in the order of the commands, however they arrive', async () => {
  await answered('+OK\r\n:9\r\n$3\r\nyé\r\n$-1\r\n*2\r\n$1\r\na\r\n:1\r\n', async (client, asked) => {
    const replies = await client.send([['A', 'é'], ['B', 1], ['C'], ['D'], ['E']]);
    expect(replies).toEqual(['OK', 9, 'yé', null, ['a', 1]]);
    expect(asked()).toMatch(/^\*2\r\n\$1\r\nA\r\n\$2\r\né\r\n\*2\r\n\$1\r\nB\r\n\$1\r\n1\r\n/);
  });
});

test('an error of the server is the error of its command', async () => {
  await answered('-ERR no such thing\r\n', async (client) => {
    await expect(client.send([['NOPE']])).rejects.toThrow('redis-server: ERR no such thing');
  });
});
