import { schemaJson, type AnyType } from '@weft/data';
import { RowForm } from '@weft/protocol';

/** A type as a remote grid has it. */
export class RemoteType {
  readonly type: AnyType;
  /** By which requests name it, on every connection. */
  readonly number: number;
  readonly form: RowForm;
  readonly schemaText: string;

  constructor(type: AnyType, number: number) {
    this.type = type;
    this.number = number;
    this.form = new RowForm(type.schema);
    this.schemaText = JSON.stringify(schemaJson(type.schema));
  }
}
