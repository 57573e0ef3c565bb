import { crc32 as nativeCrc32 } from 'node:zlib';
import { crc32 as plainCrc32, type Checksum } from '@weft/base';

/** From here on native code (6 GB/s, and 0.3 µs for the call) is quicker than ours (0.9 GB/s). */
const NATIVE_BYTES_MIN = 320;

/** CRC-32 by whatever is quicker for so many bytes. */
export const fastCrc32: Checksum = (bytes, start, end, before = 0) =>
  end - start < NATIVE_BYTES_MIN
    ? plainCrc32(bytes, start, end, before)
    : nativeCrc32(bytes.subarray(start, end), before);
