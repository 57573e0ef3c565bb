import type { CommandContext } from '../cli/command.ts';
import type { ExitCode } from '../cli/exit-code.ts';
import { EventLog } from './event-log.ts';
import { Launcher } from './launcher.ts';
import { becomeReaper } from './reaper.ts';
import type { StartSettings } from './start-settings.ts';

/** Serves until a signal says to stop. */
export function startServer({ stdout, stderr }: CommandContext, settings: StartSettings): Promise<ExitCode> {
  becomeReaper();
  const log = new EventLog(stderr, settings.isJson);
  const { space, address, socket } = settings;
  return new Launcher({
    settings,
    log,
    onReady(ports, healthPort) {
      if (healthPort !== undefined) log.info('launcher', `health: http://${shown(address)}:${healthPort}/readyz`);
      if (socket !== undefined) log.info('launcher', `socket: weft+unix://${socket}/${space}`);
      stdout.write(`weft://${address === '127.0.0.1' ? 'localhost' : shown(address)}:${ports[0]}/${space}\n`);
    },
  }).run();
}

function shown(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
