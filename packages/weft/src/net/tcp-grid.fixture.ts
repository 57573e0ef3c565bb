/**
 * Test help: `createGrid` whose grid is reached over TCP. With WEFT_TEST_GRID=tcp `vitest.config.ts` puts this in the place of `create-grid.ts`, so that suites
 * run over a connection as they are. What only code on the host itself can do (`local`, and what of the grid is synchronous) goes to the grid behind it.
 */
import type { Grid } from '@weft/client';
// By another path than others use: theirs leads here.
import { createGrid as createEmbedded, type GridOptions } from '../../src/create-grid.ts';
import { connect } from './connect.ts';
import { serve } from './serve.ts';

export type { GridOptions } from '../../src/create-grid.ts';

export async function createGrid(options: GridOptions = {}): Promise<Grid> {
  const embedded = await createEmbedded(options);
  const partitions = embedded.stats().log.partitions.length;
  const serving = await serve({ space: 'test', grid: embedded, partitions, port: 0, log: () => undefined });
  const remote = await connect(`weft://127.0.0.1:${serving.port}/test`, { types: options.types });
  const close: Grid['close'] = async (closing) => {
    await remote.close(closing);
    await serving.close();
    await embedded.close(closing);
  };
  const onHost: Partial<Grid> = {
    local: (type) => embedded.local(type),
    stats: () => embedded.stats(),
    setMemory: (size) => embedded.setMemory(size),
    setQuota: (type, size) => embedded.setQuota(type, size),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
  return new Proxy(remote as unknown as Grid, {
    get(target, name) {
      const own: unknown = Reflect.get(name in onHost ? onHost : target, name);
      return typeof own === 'function' ? own.bind(name in onHost ? onHost : target) : own;
    },
  });
}
