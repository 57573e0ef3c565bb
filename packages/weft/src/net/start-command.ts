import type { Command } from '../cli/command.ts';
import { wholeNumber } from '../cli/values.ts';

export const startCommand: Command = {
  name: 'start',
  summary: 'Start a grid that other processes connect to.',
  description:
    'Serves a space on loopback until SIGTERM or Ctrl-C: then running calls end, clients are told, and it exits. Programs reach it by ' +
    'connect("weft://localhost:7420/SPACE").',
  examples: [
    ['weft start --space demo --partitions 3', 'a grid in memory, on port 7420'],
    ['weft start --space orders --data-dir data --port 7500', 'one that keeps its rows in the directory data'],
  ],
  options: [
    { name: 'space', value: 'NAME', summary: 'Name of the space.', default: 'demo' },
    { name: 'partitions', value: 'N', summary: 'Partitions that rows are spread over.', default: '1' },
    { name: 'port', value: 'PORT', summary: 'Port to listen on; 0 for any that is free.', default: '7420' },
    { name: 'data-dir', value: 'DIR', summary: 'Keeps the rows in this directory.' },
    { name: 'memory', value: 'SIZE', summary: 'Memory that rows may use, such as 512MB.' },
  ],
  async run(context, options) {
    const { startServer } = await import('./start-server.ts');
    const number = (name: string, otherwise: string, max: number): number =>
      wholeNumber(name, options.text(name) ?? otherwise, { min: name === 'port' ? 0 : 1, max });
    return startServer(context, {
      space: options.text('space') ?? 'demo',
      partitions: number('partitions', '1', 4096),
      port: number('port', '7420', 65_535),
      dataDir: options.text('data-dir'),
      memory: options.text('memory'),
    });
  },
};
