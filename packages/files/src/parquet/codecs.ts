import type { Compressors } from 'hyparquet';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** Codecs that Node has; Snappy is the decoder's own. None gives more bytes than the page says it has. */
export const decompressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: atLeastOne(length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: atLeastOne(length) }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: atLeastOne(length) }),
};

function atLeastOne(length: number): number {
  return Math.max(1, length);
}
