import type { Figures } from './figures.ts';
import type { AirportFigure, RouteFigure } from './flight-space.ts';
import { bytes, clock, delay, micros, minute, whole } from './format.ts';
import { recoveryLine, type JournalPlace } from './recovery.ts';
import { beside, renderLine, type Line, type Span, type Style } from './styled-text.ts';

/** How large the terminal is, and whether it shows colours. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

/** Below this width the two tables stand one above the other and labels are short. */
const WIDE_COLUMNS_MIN = 78;
const BAR_COLUMNS_MAX = 40;
const TABLE_ENTRIES_MAX = 5;
/** Five lines of figures, two blank ones, the head of the alerts and three of them. */
const FIXED_LINES = 11;

/**
 * The dashboard as lines of text, at most `rows` of at most `columns`. Pure: the same figures and size give the same
 * lines. What matters most comes first, because a low terminal shows only the beginning.
 */
export function renderScreen(figures: Figures, size: ScreenSize, place?: JournalPlace): readonly string[] {
  const wide = size.columns >= WIDE_COLUMNS_MIN;
  const lines: Line[] = [
    titleLine(figures, wide),
    figures.phase === 'history' ? historyLine(figures, size.columns, wide) : liveLine(figures, wide),
    readsLine(figures, wide),
    memoryLine(figures, wide),
    queryLine(figures, wide),
    [],
    ...tables(figures, size, wide),
    [],
    ...alertLines(figures),
  ];
  if (size.rows > lines.length + 1) lines.push([], [faint(`Ctrl-C stops.${placeText(place)}`)]);
  if (place?.recovery !== undefined && size.rows > lines.length)
    lines.push([faint(recoveryLine(place.recovery, place.directory))]);
  return lines.slice(0, size.rows).map((line) => renderLine(line, size.columns, size.color));
}

function placeText(place: JournalPlace | undefined): string {
  if (place === undefined) return '';
  const server = place.server === undefined ? '' : ` Server: ${place.server}.`;
  return `${server} Journal: ${place.directory}${place.isKept ? '' : ', removed at the end'}.`;
}

function titleLine({ elapsedMs, simulated }: Figures, wide: boolean): Line {
  const now = simulated === undefined ? 'reading the first flights' : `it is ${minute(simulated)}`;
  const title = wide ? 'Weft demo: flights of the United States' : 'Weft demo';
  return [{ text: title, style: 'strong' }, plain(` · ${now}`), faint(` · ${clock(elapsedMs)}`)];
}

function historyLine({ history }: Figures, columns: number, wide: boolean): Line {
  const { loaded, total, rowsPerSecond, secondsLeft } = history;
  const share = total === 0 ? 1 : loaded / total;
  const left = secondsLeft === undefined ? '' : ` · ${Math.ceil(secondsLeft)} s left`;
  const facts = wide
    ? ` ${percent(share)} · ${whole(loaded)} of ${whole(total)} · ${whole(rowsPerSecond)} rows/s${left}`
    : ` ${percent(share)}${left}`;
  const room = columns - LABEL_COLUMNS - facts.length;
  return [label('history'), ...bar(share, Math.min(BAR_COLUMNS_MAX, Math.max(5, room))), plain(facts)];
}

function liveLine({ eventsPerSecond, events, simulatedSpeed }: Figures, wide: boolean): Line {
  const rate: Span = { text: `${whole(eventsPerSecond)} events/s`, style: 'good' };
  const rest = wide ? ` · ${whole(events)} so far · ${speed(simulatedSpeed)}` : ` · ${whole(events)} so far`;
  return [label('live'), rate, plain(rest)];
}

function readsLine({ reads, readsPerSecond, turnMaxMs }: Figures, wide: boolean): Line {
  const quantiles =
    reads.p50Us === undefined ? 'none yet' : `p50 ${micros(reads.p50Us)} · p99 ${micros(reads.p99Us ?? 0)}`;
  const rest = wide ? ` · ${whole(readsPerSecond)} reads/s by id · longest turn ${micros(turnMaxMs * 1000)}` : '';
  const missed: Line = reads.missed > 0 ? [{ text: ` · ${whole(reads.missed)} not found`, style: 'bad' }] : [];
  return [label('reads'), { text: quantiles, style: 'good' }, plain(rest), ...missed];
}

function memoryLine({ rows, memory }: Figures, wide: boolean): Line {
  const perRow = rows === 0 ? '' : ` · ${whole(memory.dataBytes / rows)} bytes/row`;
  const rest = wide
    ? ` · ${bytes(memory.usedBytes)} used of ${bytes(memory.limitBytes)} · ${bytes(memory.processBytes)} process`
    : '';
  return [label('rows'), plain(`${whole(rows)}${perRow}${rest}`)];
}

function queryLine({ queryMs, overall, lastHour }: Figures, wide: boolean): Line {
  const took = ` · 4 queries in ${micros(queryMs * 1000)}`;
  const mean = overall.meanDelay === undefined ? '' : ` · ${delay(overall.meanDelay)} on average over all rows`;
  return [label('last hour'), plain(`${whole(lastHour.flights)} flights${took}${wide ? mean : ''}`)];
}

function tables({ lastHour }: Figures, size: ScreenSize, wide: boolean): readonly Line[] {
  const entries = tableEntries(size.rows, wide);
  const airports = lastHour.worstAirports.slice(0, entries).map((figure): Line => tableLine(figure.origin, figure));
  const routes = lastHour.worstRoutes.slice(0, entries).map((figure): Line => tableLine(routeName(figure), figure));
  const left = [tableHead('Worst airports'), ...orTooFew(airports)];
  const right = [tableHead('Worst routes'), ...orTooFew(routes)];
  return wide ? beside(left, right, Math.floor(size.columns / 2)) : [...left, [], ...right];
}

/** A low terminal shows fewer airports and routes, so that the alerts below them stay in sight. */
function tableEntries(rows: number, wide: boolean): number {
  const room = rows - FIXED_LINES - (wide ? 1 : 3);
  return Math.min(TABLE_ENTRIES_MAX, Math.max(1, wide ? room : Math.floor(room / 2)));
}

function tableHead(title: string): Line {
  return [{ text: title.padEnd(16), style: 'strong' }, faint('flights     mean')];
}

function orTooFew(lines: readonly Line[]): readonly Line[] {
  return lines.length > 0 ? lines : [[faint('too few flights in this hour')]];
}

function tableLine(name: string, { flights, meanDelay }: AirportFigure): Line {
  return [
    plain(name.padEnd(16) + String(flights).padStart(7)),
    { text: delay(meanDelay).padStart(10), style: severity(meanDelay) },
  ];
}

function alertLines({ alerts, alertsLatest, alertMinutes, phase }: Figures): readonly Line[] {
  const head: Line = [
    { text: `Delays of ${alertMinutes} min or more`, style: 'strong' },
    faint(` · ${whole(alerts)} in the live stream`),
  ];
  if (phase === 'history') return [head, [faint('watched as soon as the history is loaded')]];
  return [
    head,
    ...alertsLatest.map((alert): Line => [
      faint(`${minute(alert.date)}  `),
      plain(`${routeName(alert).padEnd(11)}`),
      { text: delay(alert.delay), style: 'bad' },
    ]),
  ];
}

const LABEL_COLUMNS = 11;

function label(text: string): Span {
  return { text: text.padEnd(LABEL_COLUMNS), style: 'faint' };
}

function plain(text: string): Span {
  return { text };
}

function faint(text: string): Span {
  return { text, style: 'faint' };
}

function bar(share: number, columns: number): readonly Span[] {
  const full = Math.round(share * columns);
  return [{ text: '█'.repeat(full), style: 'good' }, faint('░'.repeat(columns - full))];
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function speed(simulatedSpeed: number): string {
  return `${(simulatedSpeed / 3600).toFixed(1)} hours pass per second`;
}

function severity(minutes: number): Style {
  if (minutes >= 60) return 'bad';
  return minutes >= 15 ? 'warn' : 'good';
}

function routeName({ origin, destination }: Pick<RouteFigure, 'origin' | 'destination'>): string {
  return `${origin} → ${destination}`;
}
