import { sumAccounts, sumCounts } from '@weft/data';
import type { GridStats, TypeStats } from '../grid-api.ts';

/** What several hosts of one grid hold together. Their partitions come in order. */
export function joinStats(hosts: readonly GridStats[]): GridStats {
  if (hosts.length === 1) return hosts[0]!;
  const sum = (of: (stats: GridStats) => number): number => hosts.reduce((total, stats) => total + of(stats), 0);
  return {
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    memory: {
      usedBytes: sum(({ memory }) => memory.usedBytes),
      freeBytes: sum(({ memory }) => memory.freeBytes),
      limitBytes: sum(({ memory }) => memory.limitBytes),
      // Of hosts that are threads of one process it is that of all.
      processBytes: Math.max(...hosts.map(({ memory }) => memory.processBytes)),
    },
    log: {
      durability: hosts[0]!.log.durability,
      bytes: sum(({ log }) => log.bytes),
      partitions: hosts.flatMap(({ log }) => log.partitions),
      refusal: hosts.find(({ log }) => log.refusal !== undefined)?.log.refusal,
      recovery: joinParts(hosts.map(({ log }) => log.recovery)),
      snapshot: hosts[0]!.log.snapshot,
    },
    events: joinParts(hosts.map(({ events }) => events))!,
    types: joinTypes(hosts.flatMap(({ types }) => types)),
    idempotency: joinParts(hosts.map(({ idempotency }) => idempotency))!,
  };
}

function joinTypes(types: readonly TypeStats[]): TypeStats[] {
  const names = [...new Set(types.map(({ name }) => name))];
  return names.map((name) => joinType(types.filter((type) => type.name === name)));
}

function joinType(parts: TypeStats[]): TypeStats {
  const sum = (of: (stats: TypeStats) => number): number => parts.reduce((total, stats) => total + of(stats), 0);
  const isBound = parts.every(({ quotaBytes }) => quotaBytes !== undefined);
  return {
    ...sumAccounts(parts),
    name: parts[0]!.name,
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    evicted: sum(({ evicted }) => evicted),
    quotaBytes: isBound ? sum(({ quotaBytes }) => quotaBytes!) : undefined,
    queue: sumCounts(parts.flatMap(({ queue }) => queue ?? [])),
  };
}

/** Objects of numbers, added; undefined where one is. */
function joinParts<T extends object>(parts: readonly (T | undefined)[]): T | undefined {
  const [first, ...others] = parts;
  if (first === undefined || others.includes(undefined)) return undefined;
  const add = ([name, value]: [string, number]): [string, number] => [
    name,
    others.reduce((sum, other) => sum + (other as Record<string, number>)[name]!, value),
  ];
  return Object.fromEntries(Object.entries(first).map(add)) as T;
}
