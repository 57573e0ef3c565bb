import { ProtocolFault } from './protocol-fault.ts';

const SENTENCE = 'This port speaks the grid protocol of Weft: connect with connect("weft://host:port/space").';

/** SSLRequest and GSSENCRequest of the PostgreSQL protocol. */
const POSTGRES_ENCRYPTED = [
  [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f],
  [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30],
];
/** It is not encrypted here: the other end goes on without, and can show the error that it gets then. */
export const POSTGRES_UNENCRYPTED = new Uint8Array([0x4e]);

/** Whether somebody asks in the PostgreSQL protocol for encryption, which it does before all else: an error then is shown to nobody. */
export function asksPostgresEncryption(bytes: Uint8Array): boolean {
  return POSTGRES_ENCRYPTED.some((ask) => bytes.length === ask.length && ask.every((byte, at) => bytes[at] === byte));
}

/** Who does not speak the protocol, as far as the first bytes tell, and a sentence that it can show. */
export function wrongProtocol(first: Uint8Array): ProtocolFault {
  const text = String.fromCharCode(...first.subarray(0, 8));
  if (/^(?:GET|PUT|HEAD|POST|PRI|OPTI|DELE|PATC)/.test(text)) {
    const body = `${SENTENCE} Health is at a port of its own: /livez, /readyz.\n`;
    const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`;
    return new ProtocolFault('somebody spoke HTTP', head + body);
  }
  if (first[0] === 0x16 && first[1] === 0x03)
    return new ProtocolFault('somebody spoke TLS', '\x15\x03\x01\x00\x02\x02\x46');
  if (first[0] === 0 && first[1] === 0)
    return new ProtocolFault('somebody spoke the PostgreSQL protocol', postgresError());
  if (/^(?:\*\d|PING|AUTH|HELL|SELE|COMM)/.test(text))
    return new ProtocolFault('somebody spoke the Redis protocol', `-ERR ${SENTENCE}\r\n`);
  return new ProtocolFault('the first bytes are not those of the protocol', `${SENTENCE}\n`);
}

/** An ErrorResponse of the PostgreSQL protocol, version 3. */
function postgresError(): string {
  const fields = `SFATAL\0VFATAL\0C08P01\0M${SENTENCE} SQL is not served here.\0\0`;
  const length = fields.length + 4;
  return `E${String.fromCharCode(length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff)}${fields}`;
}
