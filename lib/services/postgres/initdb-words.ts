import { ConfigurationError, quote } from '../../values';
import { shellQuote } from '../../config';

/** Options of `initdb` that the construct sets, or whose change would break it. */
const OWN =
  /^(?:-D|-U|-A|-W|-X|-n|-N|-V|-\?|--(?:pgdata|username|pwfile|pwprompt|auth[a-z-]*|waldir|no-clean|no-sync|sync-only|no-data-checksums|version|help)(?:=|$))/;

/** Returns the arguments for `initdb` as the image's variable needs them: the image parses it as a shell does. */
export function initdbWords(args: readonly string[] = []): string {
  for (const word of args) {
    const plain = typeof word === 'string' && /^[\x20-\x7e]+$/.test(word);
    if (plain && !OWN.test(word)) continue;
    throw new ConfigurationError(
      undefined,
      `\`initdbArguments\` are options of initdb such as "--icu-locale=de", and not those for places, logins and checksums, ` +
        `got ${quote(word)}; leave it out`,
    );
  }
  return ['--data-checksums', ...args.map(shellQuote)].join(' ');
}
