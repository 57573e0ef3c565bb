import { rowCodeOf, schemaJson, type AnyType, type RowCode } from '@weft/data';
import { RowForm } from '@weft/protocol';

/** A type as a remote grid has it. */
export class RemoteType {
  readonly type: AnyType;
  /** By which requests name it, on every connection. */
  readonly number: number;
  readonly form: RowForm;
  readonly rowCode: RowCode;
  /** Ordinal of the version; -1 where the type has none. */
  readonly version: number;
  readonly schemaText: string;

  constructor(type: AnyType, number: number) {
    this.type = type;
    this.number = number;
    this.form = new RowForm(type.schema);
    this.rowCode = rowCodeOf(type.schema);
    this.version = type.schema.columns.findIndex(({ role }) => role === 'version');
    this.schemaText = JSON.stringify(schemaJson(type.schema));
  }
}
