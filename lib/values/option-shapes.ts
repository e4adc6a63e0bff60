import { ConfigurationError } from './configuration-error';
import type { HasPath } from './configuration-error';
import { assertOptionNames } from './option-names';
import { quote } from './quote';

/** Shape of an option's value. Only untyped programs can pass a value of another shape. */
export interface Shape<Value> {
  /** End of the sentence "`memory` must be …". */
  readonly expected: string;
  /** Next step for the user. The error then does not repeat the value, which may be a secret. */
  readonly advice?: string;
  /** True for a value of this shape. */
  fits(value: unknown): boolean;
  /** Checks the parts of a value that fits. */
  assertParts?(where: HasPath | undefined, name: string, value: unknown): void;
  /** Never set: it ties the shape to the type of the option. */
  readonly value?: Value;
}

/** Shape of an option without a default. */
export type Required<Value> = Shape<Value> & { readonly isRequired: true };

/** Shapes of all options of a type: one that is missing, or of another type, does not compile. */
export type OptionShapes<Options> = {
  readonly [Name in keyof Options]-?: undefined extends Options[Name]
    ? Shape<NonNullable<Options[Name]>>
    : Required<NonNullable<Options[Name]>>;
};

/** Returns the shape of an option without a default. */
export function required<Value>(shape: Shape<Value>): Required<Value> {
  return { ...shape, isRequired: true };
}

export const TEXT: Shape<string> = { expected: 'a string', fits: (value) => typeof value === 'string' };
export const NUMBER: Shape<number> = { expected: 'a number', fits: (value) => typeof value === 'number' };
export const FLAG: Shape<boolean> = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };
/** Shape of names and strings. The strings have checks of their own, which name the entry. */
export const TEXTS_BY_NAME: Shape<Readonly<Record<string, string>>> = byName('strings');
export const NUMBERS_BY_NAME: Shape<Readonly<Record<string, number>>> = byName('numbers');

/**
 * Returns the shape of an object with names of the user's own.
 * @param item shape of each value; without one, the values have checks of their own
 */
export function byName<Value>(values: string, item?: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  return {
    expected: `an object of names and ${values}`,
    fits: isObject,
    assertParts: (where, name, value) => {
      if (item === undefined) return;
      for (const [key, one] of Object.entries(value as object)) assertShape(where, `${name}.${key}`, one, item);
    },
  };
}

/** Returns the shape of a value that a factory of the library makes. It is known by one of its members. */
export function made<Value>(example: string, member: keyof NonNullable<Value> & string): Shape<Value> {
  return { expected: `written like ${example}`, fits: (value) => isObject(value) && member in value };
}

/** Returns the shape of one of a few strings. */
export function oneOf<Value extends string>(...values: readonly Value[]): Shape<Value> {
  return {
    expected: values.map((value) => `'${value}'`).join(' or '),
    fits: (value) => values.some((one) => one === value),
  };
}

/** Returns the shape of a list. */
export function listOf<Value>(item: Shape<Value>, expected: string): Shape<readonly Value[]> {
  return {
    expected: `a list of ${expected}`,
    fits: Array.isArray,
    assertParts: (where, name, value) =>
      (value as readonly unknown[]).forEach((one, index) => assertShape(where, `${name}[${index}]`, one, item)),
  };
}

export const TEXTS = listOf(TEXT, 'strings');

/**
 * Returns the shape of an object with options. It has no others: only props of a construct may.
 * @param example object that the error shows
 */
export function options<Options>(shapes: NoInfer<OptionShapes<Options>>, example?: string): Shape<Options> {
  return {
    expected: example === undefined ? 'an object of options' : `an object such as ${example}`,
    fits: isObject,
    assertParts: (where, name, value) => {
      assertOptions(where, value as object, shapes, `${name}.`);
      const unknown = Object.keys(value as object).find((key) => !Object.hasOwn(shapes, key));
      if (unknown === undefined) return;
      const known = Object.keys(shapes).join(', ');
      throw new ConfigurationError(where, `${quote(unknown)} is not an option of \`${name}\`, which has ${known}`);
    },
  };
}

/** Returns the shape of a value that has one of two shapes. */
export function either<One, Other>(one: Shape<One>, other: Shape<Other>): Shape<One | Other> {
  return {
    expected: `${one.expected} or ${other.expected}`,
    fits: (value) => one.fits(value) || other.fits(value),
    assertParts: (where, name, value) => (one.fits(value) ? one : other).assertParts?.(where, name, value),
  };
}

/** Returns the place of an error in the options of a factory, such as `Image.build`. */
export function factory(name: string): HasPath {
  return { node: { path: name } };
}

/** Returns the shape of an option that has a check of its own, with a better message. */
export function checked<Value>(): Shape<Value> {
  return { expected: '', fits: () => true };
}

export const OFF: Shape<false> = { expected: 'false', fits: (value) => value === false };

/**
 * Refuses options with a nearly right name, and values of another shape.
 * @param prefix path of the object among the options of a construct, such as `drill.`
 * @throws ConfigurationError with the option, what it must be, and the value
 */
export function assertOptions<Options>(
  where: HasPath | undefined,
  given: object,
  shapes: OptionShapes<Options>,
  prefix = '',
): void {
  if (!isObject(given)) throw new ConfigurationError(where, `options must be an object, got ${shown(given)}`);
  assertOptionNames(where, given, shapes);
  const values = given as Readonly<Record<string, unknown>>;
  for (const [name, shape] of Object.entries<Shape<unknown> | Required<unknown>>(shapes)) {
    const value = values[name];
    if (value !== undefined || 'isRequired' in shape) assertShape(where, `${prefix}${name}`, value, shape);
  }
}

function assertShape(where: HasPath | undefined, name: string, value: unknown, shape: Shape<unknown>): void {
  if (!shape.fits(value)) {
    const got = shape.advice === undefined ? shown(value) : `${kindOf(value)}; ${shape.advice}`;
    throw new ConfigurationError(where, `\`${name}\` must be ${shape.expected}, got ${got}`);
  }
  shape.assertParts?.(where, name, value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a value for a message. Objects appear only by their kind: they may hold a secret. */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? kindOf(value) : quote(value);
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
