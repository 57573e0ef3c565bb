import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { LAUNCHER_PID } from '../host/data-lock.ts';
import type { EventLog } from './event-log.ts';
import type { FromMember, ToMember } from './member-messages.ts';
import { RestartPolicy } from './restart-policy.ts';
import type { StartSettings } from './start-settings.ts';

/** How long past `--drain` a member may take to write its journal and end, before it is killed. */
export const CLOSE_MS_MAX = 30_000;
/** Signals this close together are one key press: the terminal and npm both pass it on. */
const SAME_PRESS_MS = 250;

export interface LauncherParts {
  readonly settings: StartSettings;
  readonly log: EventLog;
  /** Is told once, when clients can come. */
  readonly onReady: (ports: readonly number[], healthPort: number | undefined) => void;
  readonly policy?: RestartPolicy;
  /** The program of the member: another in tests. */
  readonly member?: URL;
}

/**
 * The parent of a member: starts it, starts it again when it dies, passes on that it is to stop, and holds nothing itself that could fail. A member that cannot
 * start at all is not tried again; one that dies again and again is given up.
 */
export class Launcher {
  readonly #parts: LauncherParts;
  readonly #policy: RestartPolicy;
  #settings: StartSettings;
  #child: ChildProcess | undefined;
  #wasReady = false;
  #readyAtMs: number | undefined;
  #refusal: string | undefined;
  #stoppedAtMs: number | undefined;
  #isKilled = false;
  #wake: (() => void) | undefined;

  constructor(parts: LauncherParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#policy = parts.policy ?? new RestartPolicy();
  }

  /** Resolves once it is over, with the exit code. */
  async run(): Promise<ExitCode> {
    const signalled = (signal: NodeJS.Signals): void => this.#signalled(signal);
    for (const signal of SIGNALS) process.on(signal, signalled);
    try {
      for (;;) {
        const end = await this.#runMember();
        const code = await this.#next(end);
        if (code !== undefined) return code;
      }
    } finally {
      for (const signal of SIGNALS) process.off(signal, signalled);
    }
  }

  /** What follows the end of a member: an exit code, or another member after a pause. */
  async #next({ code, signal }: End): Promise<ExitCode | undefined> {
    const { log } = this.#parts;
    if (this.#stoppedAtMs !== undefined) return this.#stopped(code);
    if (code === exitCode.ok) return exitCode.ok;
    if (this.#refusal !== undefined) {
      log.error('launcher', this.#refusal);
      if (!this.#wasReady) return exitCode.failed;
    }
    const how = signal === null ? `ended with code ${code}` : `was killed by ${signal}`;
    const readyMs = this.#readyAtMs === undefined ? 0 : performance.now() - this.#readyAtMs;
    const pauseMs = this.#policy.died(readyMs);
    if (pauseMs === undefined) {
      log.error(
        'launcher',
        `the member ${how}, after ${this.#policy.inRow} restarts in a row; it is given up. The events before say why it died.`,
      );
      return exitCode.gaveUp;
    }
    log.warn('launcher', `the member ${how}; restart ${this.#policy.inRow} follows in ${pauseMs} ms`);
    await this.#pause(pauseMs);
    return this.#stoppedAtMs === undefined ? undefined : exitCode.ok;
  }

  #stopped(code: number | null): ExitCode {
    if (this.#isKilled) return exitCode.interrupted;
    if (code === exitCode.ok) return exitCode.ok;
    this.#parts.log.error('launcher', this.#refusal ?? 'the member did not end in order');
    return exitCode.failed;
  }

  #runMember(): Promise<End> {
    this.#readyAtMs = undefined;
    this.#refusal = undefined;
    const child = fork(this.#parts.member ?? memberUrl(), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [LAUNCHER_PID]: String(process.pid) },
      execArgv: [helperThreads(this.#settings.hosts), KEEP_WASM_CODE, ...process.execArgv],
    });
    this.#child = child;
    child.on('message', (message: FromMember) => this.#heard(message));
    this.#send({ kind: 'start', settings: this.#settings });
    return new Promise((resolve) => {
      child.once('error', (error) => {
        this.#refusal ??= `the member cannot be started: ${error.message}`;
        if (child.pid === undefined) resolve({ code: null, signal: null });
      });
      child.once('exit', (code, signal) => resolve({ code, signal }));
    }).finally(() => (this.#child = undefined)) as Promise<End>;
  }

  #heard(message: FromMember): void {
    if (message.kind === 'refused') {
      this.#refusal = message.message;
      return;
    }
    const { ports, healthPort } = message;
    this.#readyAtMs = performance.now();
    if (this.#wasReady) return this.#parts.log.info('launcher', 'the member is ready again');
    this.#wasReady = true;
    // One that is started again has the same addresses.
    this.#settings = { ...this.#settings, ports, healthPort };
    this.#parts.onReady(ports, healthPort);
  }

  #signalled(signal: NodeJS.Signals): void {
    const nowMs = performance.now();
    const { log } = this.#parts;
    if (this.#stoppedAtMs === undefined) {
      this.#stoppedAtMs = nowMs;
      log.info(
        'launcher',
        `${signal}: stopping; running work has ${this.#settings.drainMs} ms, a second signal ends it at once`,
      );
      this.#send({ kind: 'drain' });
      this.#wake?.();
      setTimeout(() => this.#tooLate(), this.#settings.drainMs + CLOSE_MS_MAX).unref();
    } else if (nowMs - this.#stoppedAtMs > SAME_PRESS_MS) {
      log.warn('launcher', `${signal} again: the member is killed`);
      this.#isKilled = true;
      this.#child?.kill('SIGKILL');
    }
  }

  #tooLate(): void {
    this.#parts.log.error('launcher', `the member has not ended ${CLOSE_MS_MAX} ms after its time, and is killed`);
    this.#child?.kill('SIGKILL');
  }

  #send(message: ToMember): void {
    // A member that is gone hears nothing; its end is told otherwise.
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What `bin/weft.mjs` sets for its own process, and for the same reason: a member has threads that come and go. */
const KEEP_WASM_CODE = '--no-wasm-code-gc';

/** V8's helpers beside the hosts, at most: its own default. */
const HELPER_THREADS_MAX = 4;

/**
 * As many threads help V8 with garbage as there are processors beside the hosts: a host stands still until all that were called to help have had their turn, so
 * those that wait for a processor themselves are no help. An argument of Node that the launcher was given comes after it, and counts.
 */
function helperThreads(hosts: number): string {
  const free = availableParallelism() - hosts;
  return `--v8-pool-size=${Math.max(1, Math.min(HELPER_THREADS_MAX, free))}`;
}

/** The same module as source and as build. */
export function memberUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./member-process.ts', import.meta.url);
  return new URL('./member-process.js', import.meta.url);
}
