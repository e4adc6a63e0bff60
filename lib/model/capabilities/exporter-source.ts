import type { Construct, IConstruct } from 'constructs';

/** A construct whose metrics a separate program must translate: a database. */
export interface IExportable {
  /** Makes that program, an `IScrapable` that may be `IAlerting`, below the scope. The monitoring calls it once. */
  toExporter(scope: Construct): IConstruct;
}
