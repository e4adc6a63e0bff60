import { Construct } from 'constructs';
import { assertOptions, assertSecretName, ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';
import { SECRET_OPTIONS } from '../stack/option-shapes';
import { stackContext } from '../stack/stack-context';
import { constructId } from '../stack/construct-id';

/** A piece of a derived secret: plain text, or the value of another secret. */
export type SecretPart = string | { readonly secret: Secret; readonly encode?: 'none' | 'uri' };

/** Source of a secret's value; see `origin` of `SecretProps`. */
export type SecretOrigin = 'generated' | 'supplied' | 'derived' | 'bcrypt' | 'file';

/** Sources of derived values, by origin. */
const SOURCES = { derived: 'parts', bcrypt: 'source', file: 'file' } as const;

/** Origin and source of a secret's value. */
export interface SecretProps {
  /**
   * File name, unique in the stack.
   * @default - made from the construct's id
   */
  readonly name?: string;
  /**
   * Purpose of the secret; the `secrets` command prints it.
   * @default - nothing is said
   */
  readonly description?: string;
  /**
   * Origin of the value:
   *
   * - `generated`: strong random, made by the `secrets` command if missing;
   * - `supplied`: only the operator can know it;
   * - `derived`: composed of others; see `parts`;
   * - `bcrypt`: a hash of `source`;
   * - `file`: a file that something else keeps up to date, such as a certificate's key; see `file`.
   *
   * @default 'generated'
   */
  readonly origin?: SecretOrigin;
  /**
   * Length of a generated value in characters.
   * @default 32
   */
  readonly length?: number;
  /**
   * Pieces of a `derived` value.
   * @default - none; must be stated for this origin, and for no other
   */
  readonly parts?: readonly SecretPart[];
  /**
   * The secret whose value is hashed, for `bcrypt`.
   * @default - none; must be stated for this origin, and for no other
   */
  readonly source?: Secret;
  /**
   * Path of the file whose content is the value, for `file`.
   * @default - none; must be stated for this origin, and for no other
   */
  readonly file?: string;
}

/**
 * A value that no plan, state, log or inspected container shows. The program handles only its name. The value is a
 * local file, and a deploy copies it into a volume of the consumer. A new value restarts exactly the consumers.
 */
export class Secret extends Construct {
  /** Name of the secret and of its file. */
  public readonly name: string;

  public constructor(
    scope: Construct,
    id: string,
    /** Options as they were given. */
    public readonly props: SecretProps = {},
  ) {
    super(scope, constructId(scope, id));
    assertOptions(this, props, SECRET_OPTIONS);
    this.name = props.name ?? id.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
    assertSecretName(this, 'secret name', this.name);
    this.assertSource();
    stackContext(this).addSecret(this);
  }

  /** Origin of the value. */
  public get origin(): SecretOrigin {
    return this.props.origin ?? 'generated';
  }

  /**
   * Refuses to become text, because that text would reach a plan.
   * @throws ConfigurationError always
   */
  public override toString(): string {
    throw this.asText();
  }

  /**
   * Refuses to become JSON, because that text would reach a plan.
   * @throws ConfigurationError always
   */
  public toJSON(): string {
    throw this.asText();
  }

  /** Refuses an origin without its source, which would never get a value, and an origin with another's source. */
  private assertSource(): void {
    for (const [origin, source] of Object.entries(SOURCES)) {
      if ((this.origin === origin) === (this.props[source] !== undefined)) continue;
      throw new ConfigurationError(
        this,
        `a secret of origin ${quote(origin)}, and no other, has \`${source}\`; got origin ` +
          `${quote(this.origin)} ${this.origin === origin ? 'without' : 'with'} it; state both or neither`,
      );
    }
  }

  private asText(): ConfigurationError {
    return new ConfigurationError(
      this,
      `secret ${quote(this.name)} was used as text, which would write it into the plan; ` +
        'give it to `addSecret` (a file in the container) or `exportSecret` (a variable set from that file)',
    );
  }
}

/** Directory of a container's secrets. */
export const SECRETS_DIRECTORY = '/run/secrets';

/** Returns the path of a secret in a container. */
export function secretPath({ name }: Pick<Secret, 'name'>): string {
  return `${SECRETS_DIRECTORY}/${name}`;
}

/**
 * Refuses a value that is not a secret. An untyped program may pass the secret value itself, so no message repeats it.
 */
export function assertSecret(where: HasPath, secret: Secret): void {
  if (typeof (secret as Partial<Secret> | null | undefined)?.name === 'string') return;
  throw new ConfigurationError(
    where,
    `a secret must be a \`Secret\`, got ${secret === null ? 'null' : typeof secret}; write \`new Secret(this, 'Name', { origin: 'supplied' })\`, and give its value to the command \`secrets\``,
  );
}
