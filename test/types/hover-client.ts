/** Asks TypeScript's own language server for hover text, over its standard streams. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { compilerPath, repositoryRoot } from './compiler.ts';

/** A place in a file, counted from 0. */
export interface HoverPlace {
  readonly line: number;
  readonly character: number;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A language server with one file open. Close it. */
export class HoverClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #unread = Buffer.alloc(0);
  #nextId = 1;
  #uri = '';

  private constructor(compiler: string) {
    this.#child = spawn(compiler, ['--lsp', '--stdio'], { cwd: repositoryRoot });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#child.on('exit', () => this.#fail(new Error('the language server ended')));
  }

  /** Starts the server and opens the file. */
  static async open(file: string): Promise<HoverClient> {
    const client = new HoverClient(await compilerPath());
    client.#uri = pathToFileURL(file).href;
    await client.#request('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(repositoryRoot).href,
      capabilities: { textDocument: { hover: { contentFormat: ['markdown', 'plaintext'] } } },
    });
    client.#notify('initialized', {});
    const text = readFileSync(file, 'utf8');
    client.#notify('textDocument/didOpen', {
      textDocument: { uri: client.#uri, languageId: 'typescript', version: 1, text },
    });
    return client;
  }

  /** The code of the hover text at the place. */
  async hover(position: HoverPlace): Promise<string> {
    const result = await this.#request('textDocument/hover', { textDocument: { uri: this.#uri }, position });
    const contents = (result as { contents?: { value?: string } } | null)?.contents?.value ?? '';
    return (/```\w*\n([\s\S]*?)\n```/.exec(contents)?.[1] ?? contents).trim();
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    await this.#request('shutdown', undefined);
    this.#notify('exit', undefined);
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill(), 2_000);
    await ended;
    clearTimeout(timer);
  }

  #request(method: string, params: unknown): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }

  #notify(method: string, params: unknown): void {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify(message));
    this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin.write(body);
  }

  #receive(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (let message = this.#take(); message !== undefined; message = this.#take()) this.#handle(message);
  }

  #take(): Message | undefined {
    const headerEnd = this.#unread.indexOf('\r\n\r\n');
    if (headerEnd < 0) return undefined;
    const length = Number(/Content-Length: (\d+)/i.exec(this.#unread.toString('latin1', 0, headerEnd))?.[1]);
    const end = headerEnd + 4 + length;
    if (this.#unread.length < end) return undefined;
    const message = JSON.parse(this.#unread.toString('utf8', headerEnd + 4, end)) as Message;
    this.#unread = this.#unread.subarray(end);
    return message;
  }

  #handle(message: Message): void {
    if (message.method !== undefined && message.id !== undefined) {
      // The server asks for configuration and registrations; an empty answer suits it.
      const items = (message.params as { items?: unknown[] } | undefined)?.items;
      this.#send({ jsonrpc: '2.0', id: message.id, result: items === undefined ? null : items.map(() => null) });
      return;
    }
    const waiting = this.#waiting.get(message.id as number);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id as number);
    if (message.error === undefined) waiting.resolve(message.result);
    else waiting.reject(new Error(message.error.message));
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
