import { isIP } from 'node:net';
import type { Durability } from '@weft/client';
import type { Command } from '../cli/command.ts';
import type { ParsedOptions } from '../cli/option-table.ts';
import { UsageError } from '../cli/usage-error.ts';
import { durationMs, memoryBytes, oneOf, wholeNumber } from '../cli/values.ts';
import type { StartSettings } from './start-settings.ts';

export const startCommand: Command = {
  name: 'start',
  summary: 'Start a grid that other processes connect to.',
  description:
    'Serves a space on loopback until SIGTERM or Ctrl-C: then running calls end, clients are told, and it exits. Programs reach it by ' +
    'connect("weft://localhost:7420/SPACE"). One line with the address goes to standard output when it is ready, events go to standard error. ' +
    'A launcher process starts it again when it dies.',
  examples: [
    ['weft start --space demo --partitions 3', 'a grid in memory, on port 7420'],
    ['weft start --space orders --data-dir data --port 7500', 'one that keeps its rows in the directory data'],
    ['weft start --partitions 6 --hosts 2', 'two event loops with three partitions each, on ports 7420 and 7421'],
    ['weft start --socket /run/weft.sock', 'also for weft+unix:///run/weft.sock/demo, for this user only'],
  ],
  options: [
    { name: 'space', value: 'NAME', summary: 'Name of the space.', default: 'demo' },
    {
      name: 'partitions',
      value: 'N',
      summary: 'Partitions that rows are spread over.',
      default: 'what the data directory has, or one for each host',
    },
    {
      name: 'hosts',
      value: 'N',
      summary: 'Event loops, each in a thread with its own port and partitions.',
      default: '1',
    },
    {
      name: 'port',
      value: 'PORT',
      summary: 'Port of the first host, the others follow; 0 for any that are free.',
      default: '7420',
    },
    { name: 'host', value: 'ADDRESS', summary: 'Address of loopback to listen on.', default: '127.0.0.1' },
    { name: 'socket', value: 'PATH', summary: 'Listens on a Unix socket too; further hosts on PATH.1, PATH.2.' },
    {
      name: 'health-port',
      value: 'PORT',
      summary: 'Where /livez and /readyz answer; 0 for any that is free, none for nowhere.',
      default: '8089',
    },
    { name: 'data-dir', value: 'DIR', summary: 'Keeps the rows in this directory.' },
    {
      name: 'durability',
      value: 'LEVEL',
      summary:
        'What a crash leaves: memory (nothing), async (all but the last moments), sync (all that was acknowledged).',
      default: 'async with a data directory',
    },
    { name: 'memory', value: 'SIZE', summary: 'Memory that rows may use, of all hosts together, such as 512MB.' },
    {
      name: 'drain',
      value: 'TIME',
      summary: 'How long running work may go on after a signal to stop.',
      default: '10s',
    },
    {
      name: 'live-within',
      value: 'TIME',
      summary: 'A host whose loop has not turned for so long is not live.',
      default: '10s',
    },
    { name: 'json', summary: 'Writes events as JSON, one object in a line.' },
  ],
  async run(context, options) {
    const settings = await readSettings(options);
    const { startServer } = await import('./start-server.ts');
    return startServer(context, settings);
  },
};

/** Throws UsageError. */
async function readSettings(options: ParsedOptions): Promise<StartSettings> {
  const { DRAIN_MS_DEFAULT, HEALTH_PORT_DEFAULT, HOSTS_MAX, LIVE_MS_DEFAULT } = await import('./start-settings.ts');
  const { PORT_DEFAULT } = await import('./weft-url.ts');
  const whole = (name: string, bounds: { min: number; max: number }): number | undefined =>
    optional(options.text(name), (text) => wholeNumber(name, text, bounds));
  const duration = (name: string): number | undefined => optional(options.text(name), (text) => durationMs(name, text));
  const hosts = whole('hosts', { min: 1, max: HOSTS_MAX }) ?? 1;
  const ports = portsFrom(whole('port', PORTS) ?? PORT_DEFAULT, hosts);
  const healthPort =
    options.text('health-port') === 'none' ? undefined : (whole('health-port', PORTS) ?? HEALTH_PORT_DEFAULT);
  if (healthPort !== undefined && healthPort > 0 && ports.includes(healthPort))
    throw new UsageError(`--health-port ${healthPort} is the port of a host`, 'choose another, or none');
  return {
    space: spaceName(options.text('space') ?? 'demo'),
    partitions: partitionsFor(hosts, whole('partitions', { min: 1, max: 4096 })),
    hosts,
    address: loopback(options.text('host') ?? '127.0.0.1'),
    ports,
    healthPort,
    socket: options.text('socket'),
    dataDir: options.text('data-dir'),
    durability: durabilityOf(options),
    memoryBytes: await memoryFor(hosts, options.text('memory')),
    drainMs: duration('drain') ?? DRAIN_MS_DEFAULT,
    liveMs: duration('live-within') ?? LIVE_MS_DEFAULT,
    isJson: options.is('json'),
  };
}

const PORTS = { min: 0, max: 65_535 };

function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

function spaceName(name: string): string {
  if (/^[A-Za-z0-9_.-]{1,63}$/.test(name) && !/^\.+$/.test(name)) return name;
  throw new UsageError(
    `--space ${name} is no name of a space`,
    'choose up to 63 letters, digits, dots, dashes and underscores, not dots alone: it is part of an address',
  );
}

/** Until there is access control whoever reaches a port may do everything. */
function loopback(address: string): string {
  if (address === 'localhost') return '127.0.0.1';
  if (address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))) return address;
  throw new UsageError(
    `--host ${address} would let other machines in, and there is no access control yet`,
    'listen on loopback, --host 127.0.0.1, and reach it from elsewhere through a tunnel such as ssh -L',
  );
}

/** Consecutive ports, or any. */
function portsFrom(first: number, hosts: number): readonly number[] {
  if (first + hosts - 1 > PORTS.max)
    throw new UsageError(
      `--port ${first} leaves no ports for ${hosts} hosts, which follow each other`,
      `choose --port ${PORTS.max - hosts + 1} or less`,
    );
  return Array.from({ length: hosts }, (_, host) => (first === 0 ? 0 : first + host));
}

function partitionsFor(hosts: number, partitions: number | undefined): number | undefined {
  if (partitions === undefined || partitions >= hosts) return partitions;
  throw new UsageError(
    `--partitions ${partitions} leaves none for some of ${hosts} hosts`,
    `choose --partitions ${hosts} or more, or fewer hosts`,
  );
}

function durabilityOf(options: ParsedOptions): Durability | undefined {
  const text = options.text('durability');
  if (text === undefined) return undefined;
  const durability = oneOf('durability', text, ['memory', 'async', 'sync']);
  const isKept = options.text('data-dir') !== undefined;
  if (durability === 'memory' && isKept)
    throw new UsageError(
      '--durability memory keeps nothing in a directory',
      'leave --data-dir out, or say async or sync',
    );
  if (durability !== 'memory' && !isKept)
    throw new UsageError(`--durability ${durability} keeps rows in a directory`, 'add --data-dir DIR');
  return durability;
}

async function memoryFor(hosts: number, text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const { MEMORY_BYTES_MIN } = await import('../host/memory-least.ts');
  const bytes = memoryBytes('memory', text);
  const leastBytes = MEMORY_BYTES_MIN * hosts;
  if (bytes >= leastBytes) return bytes;
  const choice = `choose --memory ${leastBytes / 2 ** 20}MiB or more`;
  throw hosts === 1
    ? new UsageError(`--memory ${text} is too little`, choice)
    : new UsageError(`--memory ${text} is too little for ${hosts} hosts`, `${choice}, or fewer hosts`);
}
