import type { Construct, IConstruct } from 'constructs';

/** Something whose metrics a program beside it has to translate: a database. */
export interface IExportable {
  /** Makes that program, an `IScrapable` that may be `IAlerting`, below the scope. Called once, by what monitors the stack. */
  toExporter(scope: Construct): IConstruct;
}
