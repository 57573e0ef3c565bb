/**
 * How busy the machine was with something else while we measured: busy time of all cores from
 * `/proc/stat` less our own. Linux only; elsewhere the answer is undefined and the report says so.
 */
import { readFileSync } from 'node:fs';

/** USER_HZ, the unit of `/proc/stat`: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Call once to begin a stretch; call the answer to end it and get the cores others used. */
export function watchOtherWork(): () => number | undefined {
  const startBusy = busySeconds();
  const startOwn = process.cpuUsage();
  const startMs = performance.now();
  return () => {
    const endBusy = busySeconds();
    if (startBusy === undefined || endBusy === undefined) return undefined;
    const own = process.cpuUsage(startOwn);
    const others = endBusy - startBusy - (own.user + own.system) / 1e6;
    return Math.max(0, others / ((performance.now() - startMs) / 1000));
  };
}

function busySeconds(): number | undefined {
  try {
    const [, user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]!
      .split(/\s+/)
      .map(Number);
    return (user! + nice! + system! + irq! + softirq! + steal!) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
