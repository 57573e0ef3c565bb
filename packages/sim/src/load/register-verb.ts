/** What is done to one register. */
export type RegisterVerb = 'get' | 'write' | 'insert' | 'update' | 'swap' | 'delete';
