import type { IConstruct } from 'constructs';

/** Returns all constructs at and below a root that have the one method of a capability, in the order of the program. */
export function capableBelow<Capability>(
  root: IConstruct,
  method: keyof Capability,
): readonly (IConstruct & Capability)[] {
  const isCapable = (construct: IConstruct): construct is IConstruct & Capability =>
    typeof (construct as IConstruct & Partial<Capability>)[method] === 'function';
  return root.node.findAll().filter(isCapable);
}
