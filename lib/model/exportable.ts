import type { Construct, IConstruct } from 'constructs';

/** Something whose metrics a program beside it has to translate: a database. */
export interface IExportable {
  /** Makes that program, an `IScrapable` that may be `IAlerting`, below the scope. Called once, by what monitors the stack. */
  toExporter(scope: Construct): IConstruct;
}

/** All below a construct that need one, in the order of the program. */
export function exportablesBelow(root: IConstruct): readonly (IConstruct & IExportable)[] {
  return root.node.findAll().filter(isExportable);
}

function isExportable(construct: IConstruct): construct is IConstruct & IExportable {
  return typeof (construct as Partial<IExportable>).toExporter === 'function';
}
