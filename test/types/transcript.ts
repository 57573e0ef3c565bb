import { readFileSync, writeFileSync } from 'node:fs';

/** The kept text. With `WEFT_UPDATE=1` in the environment the file is written anew from `current` first. */
export function keptText(file: string, current: string): string {
  if (process.env['WEFT_UPDATE'] === '1') writeFileSync(file, current);
  return readFileSync(file, 'utf8');
}
