/** The event loop of a thread, and the thread's processor. */
export interface Loop {
  nowMs(): number;
  /** How long it has waited for something to do, since it began. */
  idleMs(): number;
  /** How long its thread has had a processor. */
  cpuMs(): number;
  /** Calls back in the next round, in the order in which it was asked. */
  immediate(callback: () => void): void;
  after(delayMs: number, callback: () => void): void;
}

export const nodeLoop: Loop = {
  nowMs: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
  cpuMs: () => {
    // Node 22 does not tell: as if it had never waited.
    if (process.threadCpuUsage === undefined) return performance.now() - nodeLoop.idleMs();
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  },
  immediate: (callback) => void setImmediate(callback),
  after: (delayMs, callback) => void setTimeout(callback, delayMs),
};
