import { apiVersionProblem } from '../engine/engine-api';
import type { ListedContainer } from '../engine/host-ports';
import type { SynthesizedStack } from '../project/synthesized-stack';
import { pullProblem } from './pull';
import { portProblem } from './port';

/** A message that a rule matches, and its context. */
export interface Found {
  readonly match: RegExpExecArray;
  /** The whole message, with single spaces. */
  readonly text: string;
  /** The construct's path, or the address if the document has no path. */
  readonly subject: string;
  readonly stack: SynthesizedStack;
  /** Running containers of the engine; empty if it does not answer. */
  readonly containers: readonly ListedContainer[];
}

/** One kind of failure: the pattern of its message, and the explanation. */
interface Rule {
  readonly pattern: RegExp;
  readonly explain: (found: Found) => string;
}

/** Every kind of failure that has an explanation. The rows of docs/troubleshooting.md are these. */
export const RULES: readonly Rule[] = [
  {
    pattern: /unable to (?:find or )?pull image (\S+?):?(?: |$)/,
    explain: pullProblem,
  },
  {
    pattern: /Error loading registry auth config: could not (?:open config file|get auth config)/,
    explain: () =>
      '`registries` of the Engine lists a registry by its address alone, so its login is that of the docker command: run ' +
      'docker login for it, or state `username` and `passwordVariable` there.',
  },
  {
    pattern: /Bind for (?<address>\S+):(?<port>\d+) failed: port is already allocated/,
    explain: portProblem,
  },
  {
    pattern: /failed to bind host port for (?<address>\S+?):(?<port>\d+):\S+: address already in use/,
    explain: portProblem,
  },
  {
    pattern: /listen (?:tcp|udp)[46]? (?<address>\S+):(?<port>\d+): bind: address already in use/,
    explain: portProblem,
  },
  {
    pattern: /cannot assign requested address/,
    explain: () =>
      "the engine's host has no such address. State another `address` in `edge` of the stack, or leave it out; " +
      "'*' is all addresses.",
  },
  {
    pattern: /all predefined address pools have been fully subnetted|could not find an available, non-overlapping IPv4/,
    explain: () =>
      'the engine has no addresses for another network. Remove networks that no container uses: docker network prune. ' +
      'For more of them, give the engine `default-address-pools` with smaller networks in its daemon.json.',
  },
  {
    // The state is on the disk of this machine.
    pattern: /^(?!.*Failed to (?:save|persist) state).*(?:no space left on device|disk quota exceeded)/i,
    explain: () =>
      "the disk of the engine's host is full. Look: docker system df. Make room: docker image prune --all, docker builder prune.",
  },
  {
    pattern:
      /(?:Error pinging Docker server, please make sure that|Cannot connect to the Docker daemon at) (\S+?)\.?(?: |$)/,
    explain: ({ match }) =>
      `the Docker Engine at ${match[1]} does not answer. Look: docker --host ${match[1]} version. Then run the same command again.`,
  },
  {
    pattern: /client version \S+ is too (?:old|new)\./,
    explain: ({ text }) => apiVersionProblem(text),
  },
  {
    pattern: /It needed more memory than it may have/,
    explain: ({ subject }) =>
      `${subject} needs more memory: \`memory\` is the limit of all in the container, also of /tmp.`,
  },
  {
    pattern: / (?:is unhealthy|did not become healthy within)/,
    explain: ({ subject }) =>
      `Its \`healthCheck\` was never good. ${subject} answers otherwise than the check asks, or needs a longer \`startPeriod\`.`,
  },
  {
    pattern: / had not ended after /,
    explain: ({ subject }) => `${subject} may take as long as its \`timeout\` says.`,
  },
  {
    pattern: /Exit code: 12[67] /,
    explain: ({ subject }) => `\`command\` of ${subject} names a program that its image does not have, or cannot run.`,
  },
];
