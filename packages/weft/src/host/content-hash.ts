import { hash } from 'node:crypto';
import type { ContentHash } from '@weft/base';

/** SHA-256. */
export const sha256: ContentHash = (bytes) => hash('sha256', bytes, 'hex');
