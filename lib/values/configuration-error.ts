const MARK = Symbol.for('docker-constructs.ConfigurationError');

/** Anything that has a place in the construct tree. Every construct qualifies. */
export interface Located {
  readonly node: { readonly path: string };
}

/**
 * The one error this library throws for wrong use.
 *
 * The text starts with the construct's path in brackets when there is one, then says what is wrong,
 * the value got and what to do.
 */
export class ConfigurationError extends Error {
  public override readonly name = 'ConfigurationError';
  // Private, because Node prints every other property of an error beneath its stack.
  readonly #detail: string;

  /**
   * @param where the construct that was configured wrongly; undefined for plain values, and for the tree's root
   * @param message what is wrong, the value got (quoted), what to do
   */
  public constructor(where: Located | undefined, message: string) {
    super(where?.node.path ? `[${where.node.path}] ${message}` : message);
    this.#detail = message;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** The message without the place. */
  public get detail(): string {
    return this.#detail;
  }

  /** Tells by a mark, not by class, because two copies of this package may be installed side by side. */
  public static isConfigurationError(x: unknown): x is ConfigurationError {
    return typeof x === 'object' && x !== null && MARK in x;
  }
}
