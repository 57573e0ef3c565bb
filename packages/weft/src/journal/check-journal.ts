import { damagedRecord, type JournalEnd, type JournalFrame } from '@weft/log';
import type { CommandContext } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { fastCrc32 } from '../host/native-crc32.ts';
import { readOnlyJournal } from './read-only-journal.ts';

/** Reads all of a journal, says of each file what it holds, and whether all is in order. */
export async function checkJournal({ stdout }: CommandContext, directory: string): Promise<ExitCode> {
  const { scan, segments } = await readOnlyJournal(directory);
  stdout.write(`journal ${segments[0]!.journal}, ${counted(segments.length, 'file')}\n`);
  let path = segments[0]!.path;
  let frames = 0;
  let records = 0;
  let all = 0;
  const say = (): void => void stdout.write(`${path}: ${counted(frames, 'frame')}, ${counted(records, 'record')}\n`);
  for await (const frame of scan.frames()) {
    if (frame.segment.path !== path) {
      say();
      path = frame.segment.path;
      frames = records = 0;
    }
    checkRecords(frame);
    frames++;
    records += frame.head.records;
    all += frame.head.records;
  }
  say();
  stdout.write(verdict(scan.end!, all));
  return exitCode.ok;
}

function verdict({ isTorn, restBytes, segment, at }: JournalEnd, records: number): string {
  const end = !isTorn
    ? ''
    : ` ${counted(restBytes, 'byte')} behind byte ${at} of ${segment.place} are what a crash left of a write that nobody was told of; the next start cuts them off.`;
  return `The journal is whole: ${counted(records, 'record')}.${end}\n`;
}

/** Throws JOURNAL_DAMAGED where the checksum of a record is wrong, though that of its frame is right. */
function checkRecords({ bytes, start, end, segment, at }: JournalFrame): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let record = start; record < end; record += view.getUint32(record, true))
    if (fastCrc32(bytes, record + 8, record + view.getUint32(record, true)) !== view.getUint32(record + 4, true))
      throw damagedRecord(segment.place, at, record - start);
}
