import { exitCode } from '../cli/exit-code.ts';
import { EventLog } from './event-log.ts';
import { HostThreads, type ThreadModules } from './host-threads.ts';
import type { FromMember, ToMember } from './member-messages.ts';
import type { StartSettings } from './start-settings.ts';

/** With which a member ends whose thread died: its launcher starts it again. */
const HOST_DIED = 70;

/**
 * The member: a process whose threads are the hosts. It does what its launcher says, ends when that is gone, and as a whole when one of its threads
 * dies: the rows of that host are lost to it, and only a restart brings them back.
 */
export function runMember(modules?: ThreadModules): void {
  process.on('message', (message: ToMember) => {
    if (message.kind === 'start') start(message.settings, modules);
  });
  // Ctrl-C goes to the whole group of processes; the launcher passes it on.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
}

function start(settings: StartSettings, modules: ThreadModules | undefined): void {
  const log = new EventLog(process.stderr, settings.isJson);
  const threads: HostThreads = new HostThreads(
    settings,
    {
      log: (event) => log.write(event),
      ready: (ports, healthPort) => tell({ kind: 'ready', ports, healthPort }),
      refused: (refusal) => tell({ kind: 'refused', ...refusal }, () => process.exit(exitCode.failed)),
      died: (thread, reason) => {
        log.error('member', `${thread} died, so the member ends: ${reason}`);
        process.exit(HOST_DIED);
      },
      drained: () => process.exit(exitCode.ok),
    },
    modules,
  );
  let isDraining = false;
  const drain = (): void => {
    if (isDraining) return;
    isDraining = true;
    // Who reads its directory has changed nothing yet.
    if (threads.isServing) threads.drain();
    else process.exit(exitCode.ok);
  };
  process.on('message', (message: ToMember) => {
    if (message.kind === 'drain') drain();
  });
  process.on('SIGTERM', drain);
  process.on('disconnect', () => {
    if (!isDraining) log.warn('member', 'the launcher is gone, so the member ends');
    drain();
  });
  void threads.start();
}

function tell(message: FromMember, done?: () => void): void {
  if (process.connected) process.send!(message, () => done?.());
  else done?.();
}
