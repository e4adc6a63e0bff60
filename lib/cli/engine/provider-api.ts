import type { Requirement } from '../project/requirement';
import type { SynthesizedStack } from '../project/synthesized-stack';

/** The newest version of the engine's API that a version of the provider uses. */
const NEWEST_API: Readonly<Record<string, string>> = { '3.6.2': '1.49', '4.5.0': '1.51' };

/**
 * Returns a finding if the engine refuses the API version of the stack's provider. Ignores unknown providers.
 *
 * @param oldest - the oldest version of the API that the engine accepts
 */
export function apiRequirement({ document }: SynthesizedStack, oldest: string): readonly Requirement[] {
  const version = document.terraform?.required_providers?.docker?.version ?? '';
  const newest = NEWEST_API[version];
  if (newest === undefined || minor(oldest) <= minor(newest)) return [];
  const detail = `the engine answers to API ${oldest} and newer, and the Terraform provider ${version} speaks up to ${newest}`;
  const [remedy] = Object.entries(NEWEST_API).filter(([, api]) => minor(oldest) <= minor(api));
  return [
    {
      name: 'Docker API',
      state: 'missing',
      detail,
      remedy:
        remedy === undefined
          ? 'a newer provider: Engine({ providerVersion }), or lower `min-api-version` of the engine'
          : `Engine({ providerVersion: '${remedy[0]}' }), or a lower \`min-api-version\` of the engine`,
    },
  ];
}

function minor(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}
