/** A record without its undefined properties. */
export type Stated<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Returns the properties that have a value, so that a spread of them overrides nothing with undefined. */
export function stated<T extends object>(record: T): Stated<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Stated<T>;
}
