import type { IConstruct } from 'constructs';
import { assertHostname } from '../values';

/** System and environment names are parts of container, network and volume names. */
export function assertStackNames(stack: IConstruct, system: string, environment: string): void {
  assertHostname(stack, 'system name', system);
  assertHostname(stack, 'environment name', environment);
}
