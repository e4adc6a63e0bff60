export { composeDashboards, type Dashboard, dashboardUid } from './compose';
export { assertUnique, ownDashboard, sourcesAsked } from './own-dashboard';
export type { ChartModel, DashboardTemplate, JsonObject, PanelTemplate, Place, RowTemplate } from './template';
