/** Weft's import of the flights: `importRows` into a table with its key and no other index. */
import { count, createGrid, defineType, max, min, sum, t, type Space } from 'weft';
import { importRows, type ImportOptions } from 'weft/files';
import type { FlightTotals, ImportTable, ImportWay } from '../harness/import-run.ts';

const Flight = defineType(
  'Flight',
  {
    id: t.int32(),
    date: t.timestamp(),
    delay: t.int32(),
    distance: t.int32(),
    origin: t.string(),
    destination: t.string(),
  },
  { key: 'id' },
);

export function weftImport(path: string, options: ImportOptions = {}): ImportWay {
  return { name: 'weft', open: () => open(path, options) };
}

async function open(path: string, options: ImportOptions): Promise<ImportTable> {
  const grid = await createGrid({ types: [Flight], partitions: 1 });
  const flights = grid.space(Flight);
  return {
    load: async () => {
      const { rejected } = await importRows(flights, path, options);
      if (rejected > 0) throw new Error(`Weft rejects ${rejected} flights`);
    },
    totals: () => totals(flights),
    close: async () => grid[Symbol.asyncDispose](),
  };
}

async function totals(flights: Space<typeof Flight>): Promise<FlightTotals> {
  const [all] = await flights.aggregate({
    select: {
      rows: count(),
      id: sum('id'),
      delay: sum('delay'),
      distance: sum('distance'),
      first: min('date'),
      last: max('date'),
    },
  });
  const airports = await flights.aggregate({
    by: ['origin'],
    select: { n: count(), d: sum('distance') },
    orderBy: { origin: 'asc' },
  });
  return {
    rows: Number(all!.rows),
    id: Number(all!.id),
    delay: Number(all!.delay),
    distance: Number(all!.distance),
    first: all!.first!.getTime(),
    last: all!.last!.getTime(),
    airports: airports.map((row) => `${String(row.origin)}:${String(row.n)}:${String(row.d)}`).join(),
  };
}
