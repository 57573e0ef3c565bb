import { Crowding } from './crowding.ts';
import { nodeLoop } from './event-loop.ts';
import { FairTurns } from './fair-turns.ts';

/** Of a host that serves others: its thread has one loop, so all long work waits in one row, and leaves processors to its clients. */
export const threadTurns = new FairTurns(nodeLoop, new Crowding(nodeLoop));
