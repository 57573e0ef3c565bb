/** DuckDB's imports of the flights into an in-memory table with the same primary key, with all its threads. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { FlightTotals, ImportTable, ImportWay } from '../harness/import-run.ts';
import { pinned } from '../harness/versions.ts';

const CREATE = `create table flights (id integer primary key, date timestamp not null, delay integer not null,
  distance integer not null, origin varchar not null, destination varchar not null)`;

export function duckdbCsv(path: string): ImportWay {
  return way('COPY', `copy flights from '${path}' (header)`);
}

export function duckdbParquet(path: string): ImportWay {
  const select = 'select file_row_number, date, delay, distance, origin, destination';
  return way('INSERT', `insert into flights ${select} from read_parquet('${path}', file_row_number = true)`);
}

function way(label: string, sql: string): ImportWay {
  return { name: `${pinned('@duckdb/node-api')} ${label}, primary key`, open: () => open(sql) };
}

async function open(sql: string): Promise<ImportTable> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(CREATE);
  return {
    load: async () => void (await connection.run(sql)),
    totals: () => totals(connection),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function totals(connection: DuckDBConnection): Promise<FlightTotals> {
  const [all] = await rowsOf(
    connection,
    'select count(*), sum(id), sum(delay), sum(distance), epoch_ms(min(date)), epoch_ms(max(date)) from flights',
  );
  const airports = await rowsOf(
    connection,
    'select origin, count(*), sum(distance) from flights group by origin order by origin',
  );
  const [rows, id, delay, distance, first, last] = all!.map(Number) as [number, number, number, number, number, number];
  return { rows, id, delay, distance, first, last, airports: airports.map((row) => row.map(String).join(':')).join() };
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}
