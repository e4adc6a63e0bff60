import type { Found } from './rules';

/** Reasons why an image cannot be pulled, in the messages of engines and registries. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /toomanyrequests|rate limit/i,
    'the registry has no more pulls for this address at the moment. Log in with `registries` of the Engine, or name a mirror ' +
      'in `imageMirrors` of the environment.',
  ],
  [
    /no basic auth credentials|unauthorized|authentication required|authorization failed|denied/i,
    'the registry wants credentials, or refuses those it got. Name the registry in `registries` of the Engine; a misspelt ' +
      'repository is refused in the same way.',
  ],
  [
    /no matching manifest for (?:\S+)/i,
    "the image is not there for the engine's processor. Choose another `image`, or state its `platform`.",
  ],
  [/x509|certificate|tls:/i, "the engine does not trust the registry's certificate."],
  [
    /no such host|connection refused|i\/o timeout|unreachable|TLS handshake timeout|proxyconnect|deadline exceeded|connection reset|\bEOF\b/i,
    'the engine cannot reach the registry: it needs a connection and name resolution on its own host, or a mirror in ' +
      '`imageMirrors` of the environment.',
  ],
  [/manifest unknown|not found/i, 'the registry has no such tag. Correct `image`, or push it first.'],
];

const UNKNOWN = 'the pull began, and the provider does not say why it ended; often the disk of the engine is full.';

/** Returns the reason why an image cannot be pulled, and how to try it. */
export function pullProblem({ match, text }: Found): string {
  const image = match[1] ?? '';
  const reason = REASONS.find(([pattern]) => pattern.test(text))?.[1] ?? UNKNOWN;
  return `\`image\` ${image}: ${reason} Try it: docker pull ${image}`;
}
