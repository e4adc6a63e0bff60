import type { IConstruct } from 'constructs';
import type { AlertRule } from '../values';

/** Something that knows when its metrics are bad news. */
export interface IAlerting {
  toAlertRules(): readonly AlertRule[];
}

/** All below a construct that know so, in the order of the program. */
export function alertingBelow(root: IConstruct): readonly (IConstruct & IAlerting)[] {
  return root.node.findAll().filter(isAlerting);
}

function isAlerting(construct: IConstruct): construct is IConstruct & IAlerting {
  return typeof (construct as Partial<IAlerting>).toAlertRules === 'function';
}
