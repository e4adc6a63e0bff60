import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, quoted } from '../../values';
import type { Located } from '../../values';
import { ownDashboard } from '../../config';
import type { Dashboard, DashboardTemplate } from '../../config';
import { located } from '../../model/located';

const TEMPLATES = join(__dirname, '..', '..', 'assets', 'dashboards');

/** What the dashboards of a stack are made from. */
export function dashboardTemplates(): readonly DashboardTemplate[] {
  const files = readdirSync(TEMPLATES).sort();
  return files.map((file) => JSON.parse(readFileSync(join(TEMPLATES, file), 'utf8')) as DashboardTemplate);
}

/** @throws ConfigurationError for a file that is not there, or is no dashboard */
export function readDashboards(where: Located, paths: readonly string[]): readonly Dashboard[] {
  return paths.map((path) => {
    const text = read(where, path);
    return located(where, () => ownDashboard(path, text));
  });
}

function read(where: Located, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigurationError(
      where,
      `the dashboard ${quoted(path)} cannot be read; correct its path, which is relative to where the program is started`,
    );
  }
}
