import { WeftError, type ContentHash } from '@weft/base';
import { readSchema, schemaJson } from '@weft/data';
import type { Declaration, HybridTime } from '@weft/log';

/** The form of snapshots on disk: of manifests, and of everything that they name. */
const SNAPSHOT_FORMAT = 1;

/** What a snapshot of all partitions of a grid is, as of one moment. */
export interface Manifest {
  /** One more than that of the snapshot before in the same directory. */
  readonly sequence: number;
  /** When it was taken, milliseconds since 1970. */
  readonly takenMs: number;
  /** By number. */
  readonly partitions: readonly StoredPartition[];
  /** Bytes of all pages that it names, those of earlier snapshots included. */
  readonly bytes: number;
  readonly rows: number;
}

export interface StoredPartition {
  /** Position of its log that everything is as of. */
  readonly lsn: number;
  readonly hlc: HybridTime;
  /** All types of its log, in order. */
  readonly declarations: readonly Declaration[];
  /** Names of its tables (`StoredTable`). */
  readonly tables: readonly string[];
  /** Names of lists of what is kept beside the tables, by who keeps it. */
  readonly beside: Readonly<Record<string, readonly string[]>>;
}

/** The file of a manifest: a line of JSON and the name of its content. */
export function manifestBytes(manifest: Manifest, hash: ContentHash): Uint8Array<ArrayBuffer> {
  const partitions = manifest.partitions.map(({ declarations, ...rest }) => ({
    ...rest,
    declarations: declarations.map(({ schema, ...type }) => ({ ...type, schema: schemaJson(schema) })),
  }));
  const line = JSON.stringify({ format: SNAPSHOT_FORMAT, ...manifest, partitions });
  const encoder = new TextEncoder();
  return encoder.encode(`${line}\n${hash(encoder.encode(line))}\n`);
}

/** Reads it back. Throws SNAPSHOT_DAMAGED with the path, JOURNAL_FORMAT. */
export function readManifest(bytes: Uint8Array, hash: ContentHash, path: string): Manifest {
  const [line = '', name = ''] = new TextDecoder().decode(bytes).split('\n');
  if (hash(new TextEncoder().encode(line)) !== name) throw damagedFile(path, 'its checksum is wrong');
  const read = JSON.parse(line) as Manifest & { readonly format: number };
  if (read.format > SNAPSHOT_FORMAT)
    throw new WeftError(
      'JOURNAL_FORMAT',
      `${path} has format ${read.format} of snapshots; this version of Weft reads formats up to ${SNAPSHOT_FORMAT}.`,
      { details: { file: path, format: read.format, known: SNAPSHOT_FORMAT } },
    );
  const { sequence, takenMs, bytes: pageBytes, rows } = read;
  const partitions = read.partitions.map(({ declarations, ...rest }) => ({
    ...rest,
    declarations: declarations.map(({ schema, ...type }) => ({ ...type, schema: readSchema(schema) })),
  }));
  return { sequence, takenMs, bytes: pageBytes, rows, partitions };
}

/** What a user is told of a file that cannot be used. */
export function damagedFile(path: string, what: string, cause?: unknown): WeftError<'SNAPSHOT_DAMAGED'> {
  return new WeftError('SNAPSHOT_DAMAGED', `A snapshot is damaged: ${path}: ${what}.`, {
    details: { file: path },
    ...(cause === undefined ? {} : { cause }),
  });
}
