export { FRAME_HEADER_BYTES, FrameWriter, preamble, PREAMBLE_BYTES } from './frame.ts';
export { readDelivery, writeDelivery, type SentDelivery, type SentLetter } from './delivery-form.ts';
export { EventForm, EventMark } from './event-form.ts';
export { FrameReader } from './frame-reader.ts';
export { errorOf, plainError, readError, writeError, type PlainError } from './errors.ts';
export { checkHello, checkWelcome, FEATURES, type Hello, type Welcome } from './hello.ts';
export {
  ANSWER_BYTES_MAX,
  ANSWER_FRAME_BYTES_MAX,
  ASIDE_MAX,
  FRAME_BYTES_AIM,
  FRAME_BYTES_MAX,
  HELLO_BYTES_MAX,
  IN_FLIGHT_MAX,
  PROTOCOL_VERSION,
  REQUEST_BYTES_MAX,
  VALUE_DEPTH_MAX,
} from './limits.ts';
export {
  Ask,
  endRequest,
  readFlags,
  readHead,
  traceText,
  readSeqs,
  Tell,
  writeFlags,
  writeHead,
  writeSeqs,
  type RequestHead,
  type WriteFlags,
} from './messages.ts';
export { readPlain, writePlain } from './plain-value.ts';
export { ProtocolFault } from './protocol-fault.ts';
export { asksPostgresEncryption, POSTGRES_UNENCRYPTED, wrongProtocol } from './wrong-protocol.ts';
export { SeqRing } from './seq-ring.ts';
export { ColumnsForm, RowForm } from './row-form.ts';
