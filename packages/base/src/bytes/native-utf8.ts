/**
 * Node's own UTF-8 routines, called on plain `Uint8Array`s, also on shared memory, without wrapping each in a `Buffer`
 * first. `TextDecoder` refuses shared memory in browsers and costs three times as much here.
 */
interface NativeUtf8 {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number;
}

const native = Buffer.prototype as unknown as NativeUtf8;

/** Text of the bytes from `start` to before `end`; malformed sequences become replacement characters. */
export function nativeRead(source: Uint8Array, start: number, end: number): string {
  return native.utf8Slice.call(source, start, end);
}

/** Bytes written at `offset`: whole characters only, as many as the target has room for. */
export function nativeWrite(target: Uint8Array, offset: number, text: string): number {
  return native.utf8Write.call(target, text, offset, target.length - offset);
}
