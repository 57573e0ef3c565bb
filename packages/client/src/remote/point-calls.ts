import type { Key, Patch, RowValues } from '@weft/data';
import type { RecordReader } from '@weft/log';
import { Ask, readPlain, writeFlags, writePlain, type FrameWriter, type WriteFlags } from '@weft/protocol';
import { utf8Length } from '@weft/base';
import { VARINT_BYTES_MAX } from '@weft/log';
import { RemoteCall } from './remote-call.ts';
import type { RemoteType } from './remote-type.ts';

/** A row by its key. */
export class GetCall extends RemoteCall<object | undefined> {
  readonly kind = Ask.get;
  readonly isWrite = false;
  readonly #key: Key;

  constructor(name: string, type: RemoteType, key: Key) {
    super(name, type);
    this.#key = key;
  }

  writeBody(frame: FrameWriter): void {
    this.type!.form.writeKey(frame, this.#key);
  }

  readAnswer(reader: RecordReader): object | undefined {
    return reader.u8() === 0 ? undefined : this.type!.form.whole.read(reader);
  }
}

/** A row that was checked. The host answers with what it keeps of it itself; the answer here is the stored row. */
export class WriteCall extends RemoteCall<object> {
  readonly kind = Ask.write;
  readonly isWrite = true;
  readonly #values: RowValues;
  readonly #flags: WriteFlags;

  constructor(name: string, type: RemoteType, values: RowValues, flags: WriteFlags) {
    super(name, type);
    this.#values = values;
    this.#flags = flags;
  }

  writeBody(frame: FrameWriter): void {
    writeFlags(frame, this.#flags);
    this.type!.form.writeInput(frame, this.#values);
  }

  readAnswer(reader: RecordReader): object {
    // Whether it was new.
    reader.u8();
    const { version, rowCode } = this.type!;
    const stored = reader.f64();
    if (version >= 0) this.#values[version] = stored;
    return rowCode.show(this.#values);
  }
}

export class UpdateCall extends RemoteCall<object | undefined> {
  readonly kind = Ask.update;
  readonly isWrite = true;
  readonly #key: Key;
  readonly #patch: Patch;
  readonly #options: object;

  constructor(name: string, type: RemoteType, key: Key, patch: Patch, options: object) {
    super(name, type);
    this.#key = key;
    this.#patch = patch;
    this.#options = options;
  }

  writeBody(frame: FrameWriter): void {
    const { form } = this.type!;
    writePlain(frame, this.#options);
    form.writeKey(frame, this.#key);
    form.writeChanges(frame, this.#patch.ordinals, this.#patch.values);
  }

  readAnswer(reader: RecordReader): object | undefined {
    return reader.u8() === 0 ? undefined : this.type!.form.whole.read(reader);
  }
}

export class DeleteCall extends RemoteCall<boolean> {
  readonly kind = Ask.delete;
  readonly isWrite = true;
  readonly #key: Key;

  constructor(name: string, type: RemoteType, key: Key) {
    super(name, type);
    this.#key = key;
  }

  writeBody(frame: FrameWriter): void {
    this.type!.form.writeKey(frame, this.#key);
  }

  readAnswer(reader: RecordReader): boolean {
    return reader.u8() === 1;
  }
}

/** Any other verb. */
export class VerbCall<R> extends RemoteCall<R> {
  readonly kind: number = Ask.call;
  readonly isWrite: boolean;
  readonly #verb: string;
  readonly #args: object;

  constructor(name: string, type: RemoteType | undefined, verb: string, args: object, isWrite: boolean) {
    super(name, type);
    this.#verb = verb;
    this.#args = args;
    this.isWrite = isWrite;
  }

  writeBody(frame: FrameWriter): void {
    frame.room(VARINT_BYTES_MAX + utf8Length(this.#verb)).text(this.#verb);
    writePlain(frame, this.#args);
  }

  readAnswer(reader: RecordReader): R {
    return readPlain(reader) as R;
  }
}
