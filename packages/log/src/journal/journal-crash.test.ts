import { crashImages, type CrashImage } from '@weft/base';
import { expect, test } from 'vitest';
import { faultOf, randomWork, recordsOn, type Promised } from './crash-workload.fixture.ts';
import { randomOf } from './journal.fixture.ts';

/** Crash images over all workloads together: 60,000 in the long form. */
const IMAGES = 6 * Number(process.env['WEFT_RUNS'] ?? 200);
const IMAGES_PER_STEP = 4;
/** Of so many images one is worked on with, and crashes again. */
const AGAIN = 40;
const NOTHING: Promised = { acknowledged: [], truncated: [] };

test('after any crash a journal holds a prefix of what was written, with all that was acknowledged', async () => {
  let images = 0;
  let again = 0;
  for (let seed = 1; images < IMAGES; seed++) {
    const random = randomOf(seed);
    const { disk, order } = await randomWork(random);
    for (const image of crashImages(disk.steps, random, IMAGES_PER_STEP)) {
      const promised = await check(image, order, `seed ${seed}`);
      if (images++ % AGAIN === 0) again += await checkAgain(image, order, promised, seed + images);
    }
  }
  expect(images + again).toBeGreaterThanOrEqual(IMAGES);
});

/** Recovers an image; what had been promised before its crash. */
async function check({ disk, step, marks }: CrashImage, order: readonly string[], where: string): Promise<Promised> {
  const promised = (marks.at(-1) ?? NOTHING) as Promised;
  const files = disk.files();
  let fault: string | undefined;
  try {
    fault = faultOf(await recordsOn(disk, promised.truncated), order, promised);
  } catch (error) {
    fault = String(error);
  }
  if (fault !== undefined)
    expect.fail(
      `${where}, crash at step ${step}: ${fault}; files: ${[...files].map(([path, { length }]) => `${path} ${length}`).join(', ')}`,
    );
  return promised;
}

/** Work goes on after a crash; another crash, also in the middle of recovery, loses nothing of either life. */
async function checkAgain(
  { disk }: CrashImage,
  before: readonly string[],
  promised: Promised,
  seed: number,
): Promise<number> {
  const random = randomOf(seed);
  disk.mark(promised);
  const found = await recordsOn(disk, promised.truncated);
  const { steps, order } = await randomWork(random, disk, 1).then((work) => ({
    steps: work.disk.steps,
    order: work.order,
  }));
  const first = found.length === 0 ? 0 : before.indexOf(found[0]!);
  const all = [...new Set([...before.slice(0, first), ...found, ...order])];
  let images = 0;
  for (const image of crashImages(steps, random, 2)) {
    // The first steps only bring the files that the first crash left.
    if (image.marks.length === 0) continue;
    await check(image, all, `seed ${seed}, second crash`);
    images++;
  }
  return images;
}
