/** The flights of the demo, as a Parquet file of the package that brings them and as CSV that DuckDB writes once. */
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type FlightFiles = {
  /** Without an id: the number of the row is one. */
  readonly parquet: string;
  /** With the number of the row as `id`. */
  readonly csv: string;
  readonly rows: number;
  remove(): void;
};

/** Throws where the package is not installed. `rowsMax`: only so many of the first flights, in both files. */
export async function flightFiles(rowsMax: number | undefined): Promise<FlightFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  const csv = join(folder, 'flights.csv');
  const whole = packagedFlights();
  const parquet = rowsMax === undefined ? whole : join(folder, 'flights.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    if (rowsMax !== undefined)
      await connection.run(
        `copy (from read_parquet('${whole}') limit ${rowsMax}) to '${parquet}' (format parquet, compression zstd)`,
      );
    await connection.run(
      `copy (select file_row_number as id, date, delay, distance, origin, destination
        from read_parquet('${parquet}', file_row_number = true)) to '${csv}' (header)`,
    );
    const [[rows]] = (await connection.runAndReadAll(`select count(*) from read_parquet('${parquet}')`)).getRows() as [
      [bigint],
    ];
    return { parquet, csv, rows: Number(rows), remove: () => rmSync(folder, { recursive: true, force: true }) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The package lists no data in its exports, so the way leads over a file that it does list. */
function packagedFlights(): string {
  const require = createRequire(fileURLToPath(new URL('../../packages/weft/package.json', import.meta.url)));
  return join(require.resolve('vega-datasets'), '..', '..', 'data', 'flights-3m.parquet');
}
