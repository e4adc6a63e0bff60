import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HasPath } from '../../../values';
import { ownDashboard } from '../../../config';
import type { Dashboard, DashboardTemplate } from '../../../config';
import { withConstruct } from '../../../model/stack/with-construct';
import { readText } from '../read-text';

const TEMPLATES = join(__dirname, '..', '..', '..', 'assets', 'dashboards');

/** Returns the templates of the dashboards. */
export function dashboardTemplates(): readonly DashboardTemplate[] {
  const files = readdirSync(TEMPLATES).sort();
  return files.map((file) => JSON.parse(readFileSync(join(TEMPLATES, file), 'utf8')) as DashboardTemplate);
}

/**
 * Returns the dashboards of files.
 * @throws ConfigurationError for a missing file, or one that is not a dashboard
 */
export function readDashboards(where: HasPath, paths: readonly string[]): readonly Dashboard[] {
  return paths.map((path) => {
    const text = readText(where, 'the dashboard', path);
    return withConstruct(where, () => ownDashboard(path, text));
  });
}
