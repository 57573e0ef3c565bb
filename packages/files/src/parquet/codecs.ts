import type { CompressionCodec, Compressors } from 'hyparquet';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { claimed } from './flat-column.ts';

/** Codecs that Node has; Snappy is the decoder's own. None gives more bytes than the page says it has. */
export const decompressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, bounds(length)),
  BROTLI: (input, length) => brotliDecompressSync(input, bounds(length)),
  ZSTD: (input, length) => zstdDecompressSync(input, bounds(length)),
};

/** Bytes that a page may have: its length is an int32. */
const PAGE_BYTES_MAX = 0x7fff_ffff;
/** A copy of Snappy makes 64 bytes of three at most; the decoder would make room for any length that is claimed. */
const SNAPPY_RATIO_MAX = 32;

/** The bytes of a page. `length`: how many there must be. Throws where there are others. */
export function decompressed(input: Uint8Array, length: unknown, codec: CompressionCodec): Uint8Array {
  const max = codec === 'SNAPPY' ? Math.min(PAGE_BYTES_MAX, input.length * SNAPPY_RATIO_MAX) : PAGE_BYTES_MAX;
  const count = claimed(length, max, 'bytes');
  // Not every writer compresses nothing.
  if (count === 0) return new Uint8Array(0);
  return decompressPage(input, count, codec, decompressors);
}

/** Bytes that are made room for at once: of most pages all, so that they need not be put together. */
const CHUNK_BYTES_MAX = 1024 * 1024;
const CHUNK_BYTES_MIN = 1024;

function bounds(length: number): { readonly maxOutputLength: number; readonly chunkSize: number } {
  return {
    maxOutputLength: length,
    // One more byte tells the codec that nothing follows.
    chunkSize: Math.min(CHUNK_BYTES_MAX, Math.max(CHUNK_BYTES_MIN, length + 1)),
  };
}
