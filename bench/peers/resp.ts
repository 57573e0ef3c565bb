/** Enough of Redis's protocol (RESP2) to fill a server: commands in a pipeline, replies in their order. */
import { createConnection, type Socket } from 'node:net';

export type Reply = string | number | null | readonly Reply[];

export class RespClient {
  readonly #socket: Socket;
  readonly #waiting: { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void }[] = [];
  #unread: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('redis-server closed the connection')));
  }

  /** Rejects where nobody listens at the path. */
  static connect(path: string): Promise<RespClient> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(path);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RespClient(socket)));
    });
  }

  /** Sends all commands at once; their replies. Rejects with the first error among them. */
  send(commands: readonly (readonly (string | number)[])[]): Promise<Reply[]> {
    const replies = commands.map(
      () => new Promise<Reply>((resolve, reject) => void this.#waiting.push({ resolve, reject })),
    );
    this.#socket.write(commands.map(encode).join(''));
    return Promise.all(replies);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    let at = 0;
    for (;;) {
      const read = readReply(bytes, at);
      if (read === undefined) break;
      at = read.end;
      const { resolve, reject } = this.#waiting.shift()!;
      if (read.reply instanceof Error) reject(read.reply);
      else resolve(read.reply);
    }
    this.#unread = bytes.subarray(at);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

function encode(command: readonly (string | number)[]): string {
  const parts = command.map(String).map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  return `*${parts.length}\r\n${parts.join('')}`;
}

type Read = { readonly reply: Reply | Error; readonly end: number };

/** The reply that begins at `at`; `undefined` where it is not all there yet. */
function readReply(bytes: Buffer, at: number): Read | undefined {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[at]!)) {
    case '+':
      return { reply: line, end };
    case '-':
      return { reply: new Error(`redis-server: ${line}`), end };
    case ':':
      return { reply: Number(line), end };
    case '$':
      return readText(bytes, end, Number(line));
    default:
      return readList(bytes, end, Number(line));
  }
}

function readText(bytes: Buffer, at: number, length: number): Read | undefined {
  if (length < 0) return { reply: null, end: at };
  if (bytes.length < at + length + 2) return undefined;
  return { reply: bytes.toString('utf8', at, at + length), end: at + length + 2 };
}

function readList(bytes: Buffer, at: number, length: number): Read | undefined {
  const replies: Reply[] = [];
  let end = at;
  for (let i = 0; i < length; i++) {
    const read = readReply(bytes, end);
    if (read === undefined) return undefined;
    if (read.reply instanceof Error) return read;
    replies.push(read.reply);
    end = read.end;
  }
  return { reply: replies, end };
}
