const MARK = Symbol.for('docker-constructs.ConfigurationError');

/** Anything that has a place in the construct tree. Every construct qualifies. */
export interface HasPath {
  readonly node: { readonly path: string };
  /**
   * Path of the construct in the program. Errors name it in place of a part that the program does not state.
   * @default - the own path
   */
  readonly statedPath?: string;
}

/** Returns the path that an error names: that of the construct which the program states. */
export function pathOf(where: HasPath): string {
  return where.statedPath ?? where.node.path;
}

/**
 * The only error that this library throws for wrong use.
 *
 * The message starts with the construct's path in brackets, if there is one. It then states the problem, the value got
 * and what to do.
 */
export class ConfigurationError extends Error {
  /** Name of the class, also in stack traces. */
  public override readonly name = 'ConfigurationError';
  // Private, because Node prints every other property of an error beneath its stack.
  readonly #detail: string;

  /**
   * @param where the construct that was configured wrongly; undefined for plain values, and for the tree's root
   * @param message the problem, the value got (quote), and what to do
   */
  public constructor(where: HasPath | undefined, message: string) {
    super(where !== undefined && pathOf(where) !== '' ? `[${pathOf(where)}] ${message}` : message);
    this.#detail = message;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** The message without the construct's path. */
  public get detail(): string {
    return this.#detail;
  }

  /**
   * Returns true for an error of this class. It checks a mark instead of the class, because two copies of this package
   * may be installed side by side.
   */
  public static isConfigurationError(x: unknown): x is ConfigurationError {
    return typeof x === 'object' && x !== null && MARK in x;
  }
}
