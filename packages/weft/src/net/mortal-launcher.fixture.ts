/** Test help: a program that launches a member whose host dies soon after it is ready. */
import { EventLog } from './event-log.ts';
import { Launcher } from './launcher.ts';
import { RestartPolicy } from './restart-policy.ts';

process.exitCode = await new Launcher({
  settings: {
    space: 'demo',
    partitions: 1,
    hosts: 1,
    address: '127.0.0.1',
    ports: [0],
    healthPort: undefined,
    socket: undefined,
    dataDir: undefined,
    durability: undefined,
    memoryBytes: undefined,
    drainMs: 1000,
    liveMs: 1000,
    isJson: false,
  },
  log: new EventLog(process.stderr, false),
  onReady: () => process.stdout.write('ready\n'),
  policy: new RestartPolicy({ firstMs: 10, maxMs: 1000, restartsMax: 2, steadyMs: 60_000 }),
  member: new URL('./mortal-member.fixture.ts', import.meta.url),
}).run();
