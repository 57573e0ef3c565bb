import type { RecordReader } from '@weft/log';
import type { Call } from '../call.ts';
import type { Asker } from './asker.ts';
import type { Link } from './link.ts';
import { StreamReader } from './stream-reader.ts';

/** Keys that one request asks for. */
const KEYS_PER_REQUEST = 4096;

/** The rows with these keys in the keys' order: one request to each host that has some of them, as far as they fit. */
export async function getMany(asker: Asker, keys: readonly unknown[], call: Call): Promise<(object | undefined)[]> {
  const rows: (object | undefined)[] = Array.from({ length: keys.length }, () => undefined);
  await Promise.all([...byHost(asker, keys)].map(([link, places]) => fill(asker, link, keys, places, { rows, call })));
  return rows;
}

/** Positions of the keys of each host. */
function byHost(asker: Asker, keys: readonly unknown[]): Map<Link, number[]> {
  const { keyCode } = asker.type!.form;
  const places = new Map<Link, number[]>();
  for (const [at, key] of keys.entries()) {
    const slot = keyCode.slotOf(keyCode.checkLookup(key));
    if (slot < 0) continue;
    const link = asker.parts.linkOf(slot);
    const known = places.get(link);
    if (known === undefined) places.set(link, [at]);
    else known.push(at);
  }
  return places;
}

async function fill(
  asker: Asker,
  link: Link,
  keys: readonly unknown[],
  places: readonly number[],
  { rows, call }: { readonly rows: (object | undefined)[]; readonly call: Call },
): Promise<void> {
  const { form } = asker.type!;
  const read = (reader: RecordReader): object | undefined => (reader.u8() === 0 ? undefined : form.whole.read(reader));
  for (let from = 0; from < places.length; from += KEYS_PER_REQUEST) {
    const asked = places.slice(from, from + KEYS_PER_REQUEST);
    const args = { keys: asked.map((at) => keys[at]) };
    const reader = new StreamReader(asker, link, call, { verb: 'getMany', args, read });
    let at = 0;
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next())
      for (const row of batch) rows[asked[at++]!] = row;
  }
}
