import type { SchemaElement } from 'hyparquet';

/** What the thread is started with. */
export interface EncoderData {
  readonly schema: readonly SchemaElement[];
}

/** More rows of the group; the end of the group; the end of the file. The last two are answered with bytes. */
export type EncodeRequest =
  | { readonly kind: 'rows'; readonly columns: readonly (readonly unknown[])[] }
  | { readonly kind: 'group' | 'end' };

export type EncodedBytes =
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly error?: undefined }
  | { readonly error: string };
