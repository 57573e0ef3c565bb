/** Numbers and times as people read them. Not for machines. */

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `950 ns`, `1.8 µs`, `24 µs`, `3.1 ms`, `2.0 s`. */
export function micros(us: number): string {
  if (us < 0.995) return `${Math.round(us * 1000)} ns`;
  if (us < 1000) return `${digits(us)} µs`;
  if (us < 1e6) return `${digits(us / 1000)} ms`;
  return `${digits(us / 1e6)} s`;
}

/** `640 B`, `12 kB`, `214 MB`, `1.2 GB`: powers of ten, as disks and most monitors count. */
export function bytes(count: number): string {
  if (count < 1e3) return `${Math.round(count)} B`;
  if (count < 1e6) return `${Math.round(count / 1e3)} kB`;
  if (count < 1e9) return `${Math.round(count / 1e6)} MB`;
  return `${(count / 1e9).toFixed(1)} GB`;
}

/** `0:07`, `12:40`, `1:02:05`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}

/** `2001-06-01 14:05`, in the zone of the file, which is that of no machine. */
export function minute(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}

/** `+48 min`, `-3 min`. */
export function delay(minutes: number): string {
  return `${minutes < 0 ? '' : '+'}${Math.round(minutes)} min`;
}

function digits(value: number): string {
  return value < 9.95 ? value.toFixed(1) : whole(value);
}
