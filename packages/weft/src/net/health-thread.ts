/** The thread that answers `/livez` and `/readyz`: it reads what the hosts write on a board, so it answers while they hang. */
import { createServer, type ServerResponse } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '@weft/base';
import { HealthWatch, type HealthReport } from './health-watch.ts';
import type { FromHealth, HealthData } from './member-messages.ts';

/** How often the board is looked at. */
const LOOK_MS = 100;
/** A probe is short; one that takes longer is cut. */
const REQUEST_MS_MAX = 5000;
/** Probes at a time. */
const HEALTH_CONNECTIONS_MAX = 64;

const port = must(parentPort, 'health-thread runs as a worker thread');
const { board, hosts, liveMs, address, healthPort } = workerData as HealthData;
const watch = new HealthWatch(board, hosts, liveMs);

let lastMs = performance.now();
setInterval(() => {
  const nowMs = performance.now();
  watch.look(Math.min(nowMs - lastMs, 2 * LOOK_MS));
  lastMs = nowMs;
}, LOOK_MS);

const server = createServer(
  { requestTimeout: REQUEST_MS_MAX, keepAliveTimeout: REQUEST_MS_MAX },
  (request, response) => {
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, { error: 'GET only' });
    switch (request.url) {
      case '/livez':
        return report(response, 'live', watch.live());
      case '/readyz':
        return report(response, 'ready', watch.ready());
      default:
        return send(response, 404, { error: 'there are /livez and /readyz' });
    }
  },
);
server.maxConnections = HEALTH_CONNECTIONS_MAX;
server.on('error', (error: NodeJS.ErrnoException) =>
  say({ kind: 'refused', code: error.code ?? '', message: error.message }),
);
server.listen(healthPort, address, () => {
  const found = server.address();
  say({ kind: 'listening', port: typeof found === 'object' && found !== null ? found.port : healthPort });
});

function report(response: ServerResponse, name: string, { isOk, reasons, hosts: states }: HealthReport): void {
  send(response, isOk ? 200 : 503, { [name]: isOk, reasons, hosts: states });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

function say(message: FromHealth): void {
  port.postMessage(message);
}
