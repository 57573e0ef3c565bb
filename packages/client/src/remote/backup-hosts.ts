import type { BackupReport } from '../grid-api.ts';
import type { Asker } from './asker.ts';
import type { Link } from './link.ts';

/** Has each host write its backup: one to the directory, several each to one below it, `host-0` and so on. `mostMs`: how long it may take. */
export async function backupHosts(asker: Asker, directory: string, mostMs: number): Promise<BackupReport> {
  const { links } = asker.parts;
  const isOne = links.length === 1;
  const how = { isWrite: true, call: undefined, as: 'backup', mostMs };
  const ask = (link: Link, at: number): Promise<BackupReport> =>
    asker.verb(link, 'grid.backup', { directory: isOne ? directory : `${directory}/host-${at}` }, how);
  const reports = await Promise.all(links.map(ask));
  const sum = (of: (report: BackupReport) => number): number => reports.reduce((all, one) => all + of(one), 0);
  return {
    directory: isOne ? reports[0]!.directory : directory,
    takenAt: reports[0]!.takenAt,
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    writtenBytes: sum(({ writtenBytes }) => writtenBytes),
    durationMs: Math.max(...reports.map(({ durationMs }) => durationMs)),
  };
}
