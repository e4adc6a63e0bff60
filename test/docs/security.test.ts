import { reachOf } from '../support/reach';
import type { Reach } from '../support/reach';
import { mnemoliteStack } from '../support/mnemolite';
import { page, readPages, tableRows } from './pages';

const reach = reachOf(mnemoliteStack('prod'));

/** What services have in common is said once, and the table has a row for each place. */
const cells = ([service, { networks, services, egress, secrets }]: [string, Reach]): readonly string[] => [
  service,
  networks.join(', ') || 'none',
  services.join(', ') || 'none',
  egress ? 'yes' : 'no',
  secrets.join(', ') || 'none',
];

describe('The page on security', () => {
  test('has the reach of each service of mnemolite-prod', () => {
    expect(tableRows(page(readPages(), 'docs/security.md'), 'An intruder in')).toEqual(
      Object.entries(reach).map(cells),
    );
  });
});
