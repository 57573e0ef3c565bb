/** What of the package pg is used here: it brings no types, and those of others would be one more dependency. */
declare module 'pg' {
  interface Query {
    /** Under which the server keeps it, prepared. */
    readonly name: string;
    readonly text: string;
    readonly values: readonly unknown[];
  }
  class Pool {
    constructor(options: { readonly host: string; readonly port: number; readonly user: string; readonly max: number });
    query(query: string | Query): Promise<{ readonly rows: readonly unknown[] }>;
    end(): Promise<void>;
  }
  namespace pg {
    export { Pool };
  }
  export default pg;
}
