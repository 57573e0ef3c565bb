import type { CommandContext } from '../cli/command.ts';
import type { ExitCode } from '../cli/exit-code.ts';
import { EventLog } from './event-log.ts';
import { Launcher } from './launcher.ts';
import { becomeReaper } from './reaper.ts';
import type { StartSettings } from './start-settings.ts';
import { joinAddress } from './weft-url.ts';

/** Serves until a signal says to stop. */
export function startServer({ stdout, stderr }: CommandContext, settings: StartSettings): Promise<ExitCode> {
  becomeReaper();
  const log = new EventLog(stderr, settings.isJson);
  const { space, address, socket } = settings;
  return new Launcher({
    settings,
    log,
    onReady(ports, healthPort) {
      if (healthPort !== undefined) log.info('launcher', `health: http://${joinAddress(address, healthPort)}/readyz`);
      if (socket !== undefined) log.info('launcher', `socket: weft+unix://${socket}/${space}`);
      stdout.write(`weft://${joinAddress(address === '127.0.0.1' ? 'localhost' : address, ports[0]!)}/${space}\n`);
    },
  }).run();
}
