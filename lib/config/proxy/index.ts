export { type AnswerCounts, type AnswerPanels, type AnswerRate, answerRate, bucketPattern } from './answer-counts';
export { checkProxyModel } from './checks';
export { servedHosts } from './hosts';
export type { Headers, ProxyModel, Route, ServiceUpstreams, Site, StaticFiles, UserHash } from './model';
export { SECURITY_HEADERS } from './security-headers';
