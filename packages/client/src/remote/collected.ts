import { WeftError, type Timers } from '@weft/base';
import { closedError } from '../call.ts';
import { RemoteStream, type StreamLink, type StreamRequest } from './remote-stream.ts';

/** All items of a stream, together. Rejects with what ends it, with CLOSED where its host has forgotten it, and with TIMEOUT. */
export async function collected<Item>(
  link: StreamLink,
  request: Omit<StreamRequest<Item>, 'onReady' | 'onForgotten'>,
  timers: Timers,
  leftMs: number,
): Promise<Item[]> {
  const items: Item[] = [];
  const { name } = request;
  let off: () => void = () => undefined;
  let stream: RemoteStream<Item> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const opened = new RemoteStream<Item>(link, {
        ...request,
        onReady() {
          while (opened.waiting > 0) items.push(opened.take()!);
          if (!opened.isOver) return;
          if (opened.error === undefined) resolve();
          else reject(opened.error);
        },
        onForgotten: () => opened.fail(closedError(name)),
      });
      stream = opened;
      off = timers.after(Math.max(0, leftMs), () => opened.fail(new WeftError('TIMEOUT', `${name} was stopped.`)));
    });
    return items;
  } finally {
    off();
    void stream?.close();
  }
}
