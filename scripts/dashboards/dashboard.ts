import { DashboardBuilder, DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { JsonObject } from '../../lib/config';

/** Of the file systems those that are disks, as in the alerts about them. */
export const DISKS = 'fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660|nsfs"';

export interface DashboardOptions {
  readonly uid: string;
  /** After the stack's name. */
  readonly title: string;
  readonly tags: readonly string[];
  readonly from?: string;
}

/** What all have in common; the stack stands in the title, because somebody may look at several in one window. */
export function frame({ uid, title, tags, from = 'now-6h' }: DashboardOptions): DashboardBuilder {
  const others = new DashboardLinkBuilder('<stack>')
    .type(DashboardLinkType.Dashboards)
    .tags(['<stack>'])
    .asDropdown(true)
    .keepTime(true);
  return new DashboardBuilder(`<stack>: ${title}`)
    .uid(uid)
    .tags(['<stack>', ...tags])
    .readonly()
    .refresh('30s')
    .time({ from, to: 'now' })
    .links([others]);
}

/** As the JSON that is written. The builders leave out lists that are empty; Grafana writes them. */
export function plain(builder: DashboardBuilder): JsonObject {
  const { templating, links = [], ...rest } = builder.build();
  const dashboard = {
    ...rest,
    templating: { list: templating.list ?? [] },
    annotations: { list: [] },
    // Beside the dashboard's title, where it is seen.
    links: links.map(({ placement: _, ...link }) => link),
  };
  return JSON.parse(JSON.stringify(dashboard)) as JsonObject;
}
