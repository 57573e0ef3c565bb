import type { Command } from '../cli/command.ts';
import { demoOptions, demoOptionSpecs } from './demo-options.ts';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Load three million real flights, stream live ones, and watch both being queried.',
  description:
    'Loads the flights of the United States in the first half of 2001 into a grid in this process, then streams live\n' +
    'ones into it while reads and aggregates run, and shows what they take. Each flight is in a journal on disk before\n' +
    'it counts: kill the demo, start it again with the same --data-dir, and none is missing. Opens no port.',
  examples: [
    ['weft demo', 'the dashboard, until Ctrl-C'],
    ['weft demo --rate 50k', 'ten times the usual events'],
    ['weft demo --speed 3600', 'one simulated hour per second'],
    ['weft demo --data-dir flights', 'kill it, start it again: nothing acknowledged is missing'],
    ['weft demo --rows 500k', 'on a machine with little memory'],
    ['weft demo --json --exit-after 20s', 'figures for a program, for twenty seconds'],
  ],
  options: demoOptionSpecs,
  async run(context, parsed) {
    const options = demoOptions(parsed);
    // The other commands need neither grid nor file, so only this one pays for loading them.
    const { startDemo } = await import('./start-demo.ts');
    return startDemo(context, options);
  },
};
