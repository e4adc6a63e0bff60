/** Returns a time in the form '20261121103000', in UTC: part of the names of what a restore makes. */
export function timeStamp(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replace(/\D/g, '');
}
