import { utf8Length } from '@weft/base';
import type { RowValues } from '@weft/data';
import { VARINT_BYTES_MAX, type RecordReader } from '@weft/log';
import { Ask, readPlain, writePlain, type FrameWriter } from '@weft/protocol';
import { RemoteCall } from './remote-call.ts';
import type { RemoteType } from './remote-type.ts';

/** What a verb says and answers beside its rows: plain values. */
export interface RowsRequest {
  readonly name: string;
  readonly type: RemoteType;
  readonly verb: string;
  readonly args: object;
  readonly rows: readonly RowValues[];
}

/** A verb that brings rows, which were checked. */
export class RowsCall<R> extends RemoteCall<R> {
  readonly kind = Ask.call;
  readonly isWrite = true;
  readonly #request: RowsRequest;

  constructor(request: RowsRequest) {
    super(request.name, request.type);
    this.#request = request;
  }

  writeBody(frame: FrameWriter): void {
    const { verb, args, rows } = this.#request;
    frame.room(VARINT_BYTES_MAX + utf8Length(verb)).text(verb);
    writePlain(frame, args);
    frame.room(4).u32(rows.length);
    for (const values of rows) this.type!.form.writeInput(frame, values);
  }

  readAnswer(reader: RecordReader): R {
    return readPlain(reader) as R;
  }
}

/** A write that names itself: the host makes its id, and answers with the row. */
export class NamedWriteCall extends RowsCall<object> {
  override readAnswer(reader: RecordReader): object {
    return this.type!.form.whole.read(reader);
  }
}
