/** Where the bytes of names are. */
export interface PageSource {
  /**
   * The bytes of a name, found to be of that name. `bytes`: how many, where that is known; `into`: memory for as many, which the answer may lie in. Throws
   * SNAPSHOT_DAMAGED.
   */
  read(name: string, bytes?: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** What was kept as JSON. */
export async function readJson(source: PageSource, name: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await source.read(name)));
}
