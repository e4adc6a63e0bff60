import { Construct } from 'constructs';
import { assertOptions, assertSecretName, ConfigurationError, quoted } from '../values';
import type { Located } from '../values';
import { SECRET_OPTIONS } from './option-names';
import { stackContext } from './stack-context';
import { constructId } from './construct-id';

/** A piece of a derived secret: plain text, or the value of another secret. */
export type SecretPart = string | { readonly secret: Secret; readonly encode?: 'none' | 'uri' };

export type SecretOrigin = 'generated' | 'supplied' | 'derived' | 'bcrypt' | 'file';

/** What a value that is not its own comes from, by origin. */
const SOURCES = { derived: 'parts', bcrypt: 'source', file: 'file' } as const;

export interface SecretProps {
  /**
   * File name, unique in the stack.
   * @default - made from the construct's id
   */
  readonly name?: string;
  /**
   * What it is for; printed by the `secrets` command.
   * @default - nothing is said
   */
  readonly description?: string;
  /**
   * Where the value comes from: `generated` (strong random, made by the `secrets` command when missing), `supplied`
   * (only the operator can know it), `derived` (composed of others; see `parts`), `bcrypt` (a hash of `source`),
   * `file` (a file that something else keeps up to date, such as a certificate's key; see `file`).
   * @default 'generated'
   */
  readonly origin?: SecretOrigin;
  /**
   * Length of a generated value in characters.
   * @default 32
   */
  readonly length?: number;
  /**
   * What a `derived` value is composed of.
   * @default - none; has to be stated for this origin, and for no other
   */
  readonly parts?: readonly SecretPart[];
  /**
   * The secret whose value is hashed, for `bcrypt`.
   * @default - none; has to be stated for this origin, and for no other
   */
  readonly source?: Secret;
  /**
   * Path of the file whose content is the value, for `file`.
   * @default - none; has to be stated for this origin, and for no other
   */
  readonly file?: string;
}

/**
 * A value that no plan, state, log or `docker inspect` may show. The program handles its name only; the value is a
 * local file that is copied into a volume of the consumer. A new value restarts exactly the consumers.
 */
export class Secret extends Construct {
  public readonly name: string;

  public constructor(
    scope: Construct,
    id: string,
    public readonly props: SecretProps = {},
  ) {
    super(scope, constructId(scope, id));
    assertOptions(this, props, SECRET_OPTIONS);
    this.name = props.name ?? id.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
    assertSecretName(this, 'secret name', this.name);
    this.assertSource();
    stackContext(this).addSecret(this);
  }

  public get origin(): SecretOrigin {
    return this.props.origin ?? 'generated';
  }

  public override toString(): string {
    throw this.asText();
  }

  public toJSON(): string {
    throw this.asText();
  }

  /** Without its source a value would never be there; with another origin's it would be silently another value. */
  private assertSource(): void {
    for (const [origin, source] of Object.entries(SOURCES)) {
      if ((this.origin === origin) === (this.props[source] !== undefined)) continue;
      throw new ConfigurationError(
        this,
        `a secret of origin ${quoted(origin)}, and no other, has \`${source}\`; got origin ` +
          `${quoted(this.origin)} ${this.origin === origin ? 'without' : 'with'} it; state both or neither`,
      );
    }
  }

  private asText(): ConfigurationError {
    return new ConfigurationError(
      this,
      `secret ${quoted(this.name)} was used as text, which would write it into the plan; ` +
        'give it to `addSecret` (a file in the container) or `exportSecret` (a variable set from that file)',
    );
  }
}

/** Where a container finds its secrets. */
export const SECRETS_DIRECTORY = '/run/secrets';

/** Where a container finds the secret. */
export function secretPath({ name }: Pick<Secret, 'name'>): string {
  return `${SECRETS_DIRECTORY}/${name}`;
}

/** A program without types may give the value itself, which no message may repeat. */
export function assertSecret(where: Located, secret: Secret): void {
  if (typeof (secret as Partial<Secret> | null | undefined)?.name === 'string') return;
  throw new ConfigurationError(
    where,
    `a secret must be a \`Secret\`, got ${secret === null ? 'null' : typeof secret}; write \`new Secret(this, 'Name', { origin: 'supplied' })\`, and give its value to the command \`secrets\``,
  );
}
