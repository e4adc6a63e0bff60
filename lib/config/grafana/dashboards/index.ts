export { composeDashboards, type Dashboard, dashboardUid } from './compose';
export { assertUnique, ownDashboard, sourcesAsked } from './own-dashboard';
export type { DashboardModel, DashboardTemplate, JsonObject, PanelTemplate, Place, RowTemplate } from './template';
