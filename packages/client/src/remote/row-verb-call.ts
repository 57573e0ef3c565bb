import { utf8Length } from '@weft/base';
import { VARINT_BYTES_MAX, type RecordReader } from '@weft/log';
import { Ask, writePlain, type FrameWriter } from '@weft/protocol';
import { RemoteCall } from './remote-call.ts';
import type { RemoteType } from './remote-type.ts';

export interface RowVerb {
  readonly name: string;
  readonly type: RemoteType;
  readonly verb: string;
  readonly args: object;
  readonly isWrite: boolean;
}

/** A verb that is answered by a row, or none. */
export class RowVerbCall extends RemoteCall<object | undefined> {
  readonly kind = Ask.call;
  readonly isWrite: boolean;
  readonly #request: RowVerb;

  constructor(request: RowVerb) {
    super(request.name, request.type);
    this.#request = request;
    this.isWrite = request.isWrite;
  }

  writeBody(frame: FrameWriter): void {
    const { verb, args } = this.#request;
    frame.room(VARINT_BYTES_MAX + utf8Length(verb)).text(verb);
    writePlain(frame, args);
  }

  readAnswer(reader: RecordReader): object | undefined {
    return reader.u8() === 0 ? undefined : this.type!.form.whole.read(reader);
  }
}
