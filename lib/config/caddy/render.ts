import { checkModel } from './checks';
import { compressionLines } from './compression';
import { globalOptions } from './global-options';
import { withOwnListener } from './drain';
import type { CaddyfileModel } from './model';
import { metricsLines, siteLines, unknownHostLines } from './site';

/**
 * Returns the Caddyfile for Caddy 2.11 that a model describes.
 *
 * Every text of the model stays literal: braces are not placeholders, quotes end nothing. A text that a Caddyfile
 * cannot express is refused.
 *
 * @throws ConfigurationError for a value that Caddy would refuse or misread, a route without an answer, and two sites
 * or routes for the same host or path
 */
export function renderCaddyfile(model: CaddyfileModel): string {
  checkModel(model);
  const blocks = [
    globalOptions(model),
    ...compressionLines(model),
    ...model.sites.flatMap((site) => siteLines(model, site)),
    ...unknownHostLines(model),
    ...metricsLines(model),
  ];
  return withOwnListener(blocks.map((lines) => `${lines.join('\n')}\n`).join('\n'));
}
